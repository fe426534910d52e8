using TorchSharp;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// Arithmetic of tensors with numbers. TorchSharp's operators create a temporary <see cref="Scalar"/>, even for the sum of two tensors (its
/// factor of 1), and do not keep it alive during the native call: a garbage collection at that moment frees it and crashes the process.
/// These methods keep every scalar alive until the call returns; the engine uses only them.
/// </summary>
public static class Arithmetic
{
    static readonly Scalar Zero = 0;
    static readonly Scalar One = 1;

    /// <summary>a + b, broadcast.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a + b, into a.</summary>
    public static Tensor AddInPlace(this Tensor a, Tensor b) => a.add_(b, One);

    /// <summary>a + factor · b, into a.</summary>
    public static Tensor AddInPlace(this Tensor a, Tensor b, double factor)
    {
        using Scalar s = factor;
        return a.add_(b, s);
    }

    /// <summary>a + x, into a.</summary>
    public static Tensor AddInPlace(this Tensor a, double x)
    {
        using Scalar s = x;
        return a.add_(s, One);
    }

    /// <summary>a + n, into a; integers stay integers.</summary>
    public static Tensor AddInPlace(this Tensor a, long n)
    {
        using Scalar s = n;
        return a.add_(s, One);
    }

    /// <summary>a + b · c, broadcast.</summary>
    public static Tensor PlusProduct(this Tensor a, Tensor b, Tensor c) => a.addcmul(b, c, One);

    /// <summary>a + factor · b · c, into a.</summary>
    public static Tensor AddProductInPlace(this Tensor a, Tensor b, Tensor c, double factor)
    {
        using Scalar s = factor;
        return a.addcmul_(b, c, s);
    }

    /// <summary>a + factor · b / c, into a.</summary>
    public static Tensor AddQuotientInPlace(this Tensor a, Tensor b, Tensor c, double factor)
    {
        using Scalar s = factor;
        return a.addcdiv_(b, c, s);
    }

    /// <summary>a + b c with matrices b and c, into a.</summary>
    public static Tensor AddMatrixProductInPlace(this Tensor a, Tensor b, Tensor c) => a.addmm_(b, c, 1, 1);

    /// <summary>a · x</summary>
    public static Tensor Times(this Tensor a, double x)
    {
        using Scalar s = x;
        return a.mul(s);
    }

    /// <summary>a · n; integers stay integers.</summary>
    public static Tensor Times(this Tensor a, long n)
    {
        using Scalar s = n;
        return a.mul(s);
    }

    /// <summary>a · x, into a.</summary>
    public static Tensor MultiplyInPlace(this Tensor a, double x)
    {
        using Scalar s = x;
        return a.mul_(s);
    }

    /// <summary>a / x</summary>
    public static Tensor DividedBy(this Tensor a, double x)
    {
        using Scalar s = x;
        return a.div(s);
    }

    /// <summary>a / x, into a.</summary>
    public static Tensor DivideInPlace(this Tensor a, double x)
    {
        using Scalar s = x;
        return a.div_(s);
    }

    /// <summary>⌊a / n⌋ of integers.</summary>
    public static Tensor Quotient(this Tensor a, long n)
    {
        using Scalar s = n;
        return a.div(s, RoundingMode.floor);
    }

    /// <summary>a mod n of integers.</summary>
    public static Tensor Remainder(this Tensor a, long n)
    {
        using Scalar s = n;
        return a.remainder(s);
    }

    /// <summary>max(a, 0), into a.</summary>
    public static Tensor NotNegativeInPlace(this Tensor a) => a.clamp_min_(Zero);

    /// <summary>max(a, x), into a.</summary>
    public static Tensor AtLeast(this Tensor a, double x)
    {
        using Scalar s = x;
        return a.clamp_min_(s);
    }

    /// <summary>min(a, n) of integers, into a.</summary>
    public static Tensor AtMost(this Tensor a, long n)
    {
        using Scalar s = n;
        return a.clamp_max_(s);
    }

    /// <summary>True where a &lt; n.</summary>
    public static Tensor Below(this Tensor a, long n)
    {
        using Scalar s = n;
        return a.lt(s);
    }

    /// <summary>True where a = 0.</summary>
    public static Tensor IsZero(this Tensor a) => a.eq(Zero);

    /// <summary>Sets every element to x, in place.</summary>
    public static Tensor Fill(this Tensor a, double x)
    {
        using Scalar s = x;
        return a.fill_(s);
    }

    /// <summary>A copy with x where the mask is true.</summary>
    public static Tensor Replaced(this Tensor a, Tensor mask, double x)
    {
        using Scalar s = x;
        return a.masked_fill(mask, s);
    }

    /// <summary>x where the mask is true, into a.</summary>
    public static Tensor ReplaceInPlace(this Tensor a, Tensor mask, double x)
    {
        using Scalar s = x;
        return a.masked_fill_(mask, s);
    }

    /// <summary>The integers from start (inclusive) to stop (exclusive), as int64.</summary>
    public static Tensor Range(long start, long stop, Device device)
    {
        using Scalar first = start;
        using Scalar end = stop;
        return arange(first, end, One, int64, device);
    }
}
