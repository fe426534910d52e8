using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LiftLab.Engine.Baselines.Algebra;

/// <summary>
/// Dense row-major matrix products, in blocks that fit into registers. Single-threaded, because grids run their settings in parallel.
/// </summary>
static class Gemm
{
    /// <summary>C += A·B. Shapes: A (m, k) with row stride lda, B (k, n) with ldb, C (m, n) with ldc.</summary>
    public static void MultiplyAdd<T>(int m, int n, int k, ReadOnlySpan<T> a, int lda, ReadOnlySpan<T> b, int ldb, Span<T> c, int ldc)
        where T : struct, INumber<T>
    {
        if (m == 0 || n == 0 || k == 0)
            return;
        int w = Vector<T>.Count,
            j = 0;
        ref var pa = ref MemoryMarshal.GetReference(a);
        ref var pb = ref MemoryMarshal.GetReference(b);
        ref var pc = ref MemoryMarshal.GetReference(c);
        for (; j + 2 * w <= n; j += 2 * w)
        {
            var i = 0;
            for (; i + 4 <= m; i += 4)
                Four(k, ref Unsafe.Add(ref pa, i * lda), lda, ref Unsafe.Add(ref pb, j), ldb, ref Unsafe.Add(ref pc, i * ldc + j), ldc);
            for (; i < m; i++)
                One(k, ref Unsafe.Add(ref pa, i * lda), ref Unsafe.Add(ref pb, j), ldb, ref Unsafe.Add(ref pc, i * ldc + j));
        }
        for (; j + w <= n; j += w)
        for (var i = 0; i < m; i++)
        {
            var sum = Vector.LoadUnsafe(ref Unsafe.Add(ref pc, i * ldc + j));
            for (var l = 0; l < k; l++)
                sum = Fma(new Vector<T>(Unsafe.Add(ref pa, i * lda + l)), Vector.LoadUnsafe(ref Unsafe.Add(ref pb, l * ldb + j)), sum);
            sum.StoreUnsafe(ref Unsafe.Add(ref pc, i * ldc + j));
        }
        if (j == n)
            return;
        if (n >= w)
        {
            // The last columns use one vector that overlaps columns already computed.
            for (var i = 0; i < m; i++)
                Tail(k, ref Unsafe.Add(ref pa, i * lda), ref Unsafe.Add(ref pb, n - w), ldb, c.Slice(i * ldc + j, n - j));
            return;
        }
        for (var i = 0; i < m; i++)
        for (var l = 0; l < k; l++)
        {
            var x = Unsafe.Add(ref pa, i * lda + l);
            for (var q = 0; q < n; q++)
                Unsafe.Add(ref pc, i * ldc + q) += x * Unsafe.Add(ref pb, l * ldb + q);
        }
    }

    /// <summary>C += A·Bᵀ times <paramref name="sign"/> (1 or -1). Shapes: A (m, k), B (n, k), C (m, n).</summary>
    public static void MultiplyTransposedAdd<T>(
        int m,
        int n,
        int k,
        ReadOnlySpan<T> a,
        int lda,
        ReadOnlySpan<T> b,
        int ldb,
        Span<T> c,
        int ldc,
        T sign
    )
        where T : struct, INumber<T>
    {
        if (m == 0 || n == 0 || k == 0)
            return;
        ref var pa = ref MemoryMarshal.GetReference(a);
        ref var pb = ref MemoryMarshal.GetReference(b);
        var i = 0;
        for (; i + 3 <= m; i += 3)
        {
            var j = 0;
            for (; j + 3 <= n; j += 3)
                NineDots(k, ref Unsafe.Add(ref pa, i * lda), lda, ref Unsafe.Add(ref pb, j * ldb), ldb, c[(i * ldc + j)..], ldc, sign);
            for (; j < n; j++)
            for (var r = i; r < i + 3; r++)
                c[r * ldc + j] += sign * Dot(k, ref Unsafe.Add(ref pa, r * lda), ref Unsafe.Add(ref pb, j * ldb));
        }
        for (; i < m; i++)
        for (var j = 0; j < n; j++)
            c[i * ldc + j] += sign * Dot(k, ref Unsafe.Add(ref pa, i * lda), ref Unsafe.Add(ref pb, j * ldb));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<T> Fma<T>(Vector<T> a, Vector<T> b, Vector<T> c)
    {
        if (typeof(T) == typeof(float))
            return Vector.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>();
        if (typeof(T) == typeof(double))
            return Vector.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();
        return a * b + c;
    }

    static void Four<T>(int k, ref T a, int lda, ref T b, int ldb, ref T c, int ldc)
        where T : struct, INumber<T>
    {
        var w = Vector<T>.Count;
        Vector<T> c00 = Vector.LoadUnsafe(ref c),
            c01 = Vector.LoadUnsafe(ref Unsafe.Add(ref c, w));
        Vector<T> c10 = Vector.LoadUnsafe(ref Unsafe.Add(ref c, ldc)),
            c11 = Vector.LoadUnsafe(ref Unsafe.Add(ref c, ldc + w));
        Vector<T> c20 = Vector.LoadUnsafe(ref Unsafe.Add(ref c, 2 * ldc)),
            c21 = Vector.LoadUnsafe(ref Unsafe.Add(ref c, 2 * ldc + w));
        Vector<T> c30 = Vector.LoadUnsafe(ref Unsafe.Add(ref c, 3 * ldc)),
            c31 = Vector.LoadUnsafe(ref Unsafe.Add(ref c, 3 * ldc + w));
        for (var l = 0; l < k; l++)
        {
            var b0 = Vector.LoadUnsafe(ref Unsafe.Add(ref b, l * ldb));
            var b1 = Vector.LoadUnsafe(ref Unsafe.Add(ref b, l * ldb + w));
            var x = new Vector<T>(Unsafe.Add(ref a, l));
            c00 = Fma(x, b0, c00);
            c01 = Fma(x, b1, c01);
            x = new Vector<T>(Unsafe.Add(ref a, lda + l));
            c10 = Fma(x, b0, c10);
            c11 = Fma(x, b1, c11);
            x = new Vector<T>(Unsafe.Add(ref a, 2 * lda + l));
            c20 = Fma(x, b0, c20);
            c21 = Fma(x, b1, c21);
            x = new Vector<T>(Unsafe.Add(ref a, 3 * lda + l));
            c30 = Fma(x, b0, c30);
            c31 = Fma(x, b1, c31);
        }
        c00.StoreUnsafe(ref c);
        c01.StoreUnsafe(ref Unsafe.Add(ref c, w));
        c10.StoreUnsafe(ref Unsafe.Add(ref c, ldc));
        c11.StoreUnsafe(ref Unsafe.Add(ref c, ldc + w));
        c20.StoreUnsafe(ref Unsafe.Add(ref c, 2 * ldc));
        c21.StoreUnsafe(ref Unsafe.Add(ref c, 2 * ldc + w));
        c30.StoreUnsafe(ref Unsafe.Add(ref c, 3 * ldc));
        c31.StoreUnsafe(ref Unsafe.Add(ref c, 3 * ldc + w));
    }

    static void One<T>(int k, ref T a, ref T b, int ldb, ref T c)
        where T : struct, INumber<T>
    {
        var w = Vector<T>.Count;
        Vector<T> c0 = Vector.LoadUnsafe(ref c),
            c1 = Vector.LoadUnsafe(ref Unsafe.Add(ref c, w));
        for (var l = 0; l < k; l++)
        {
            var x = new Vector<T>(Unsafe.Add(ref a, l));
            c0 = Fma(x, Vector.LoadUnsafe(ref Unsafe.Add(ref b, l * ldb)), c0);
            c1 = Fma(x, Vector.LoadUnsafe(ref Unsafe.Add(ref b, l * ldb + w)), c1);
        }
        c0.StoreUnsafe(ref c);
        c1.StoreUnsafe(ref Unsafe.Add(ref c, w));
    }

    static void Tail<T>(int k, ref T a, ref T b, int ldb, Span<T> c)
        where T : struct, INumber<T>
    {
        Vector<T> even = default,
            odd = default;
        var l = 0;
        for (; l + 2 <= k; l += 2)
        {
            even = Fma(new Vector<T>(Unsafe.Add(ref a, l)), Vector.LoadUnsafe(ref Unsafe.Add(ref b, l * ldb)), even);
            odd = Fma(new Vector<T>(Unsafe.Add(ref a, l + 1)), Vector.LoadUnsafe(ref Unsafe.Add(ref b, (l + 1) * ldb)), odd);
        }
        if (l < k)
            even = Fma(new Vector<T>(Unsafe.Add(ref a, l)), Vector.LoadUnsafe(ref Unsafe.Add(ref b, l * ldb)), even);
        even += odd;
        for (var q = 0; q < c.Length; q++)
            c[q] += even[Vector<T>.Count - c.Length + q];
    }

    static void NineDots<T>(int k, ref T a, int lda, ref T b, int ldb, Span<T> c, int ldc, T sign)
        where T : struct, INumber<T>
    {
        int w = Vector<T>.Count,
            l = 0;
        Vector<T> s00 = default,
            s01 = default,
            s02 = default,
            s10 = default,
            s11 = default,
            s12 = default,
            s20 = default,
            s21 = default,
            s22 = default;
        for (; l + w <= k; l += w)
        {
            Vector<T> b0 = Vector.LoadUnsafe(ref Unsafe.Add(ref b, l)),
                b1 = Vector.LoadUnsafe(ref Unsafe.Add(ref b, ldb + l)),
                b2 = Vector.LoadUnsafe(ref Unsafe.Add(ref b, 2 * ldb + l));
            var x = Vector.LoadUnsafe(ref Unsafe.Add(ref a, l));
            s00 = Fma(x, b0, s00);
            s01 = Fma(x, b1, s01);
            s02 = Fma(x, b2, s02);
            x = Vector.LoadUnsafe(ref Unsafe.Add(ref a, lda + l));
            s10 = Fma(x, b0, s10);
            s11 = Fma(x, b1, s11);
            s12 = Fma(x, b2, s12);
            x = Vector.LoadUnsafe(ref Unsafe.Add(ref a, 2 * lda + l));
            s20 = Fma(x, b0, s20);
            s21 = Fma(x, b1, s21);
            s22 = Fma(x, b2, s22);
        }
        Span<T> sums =
        [
            Vector.Sum(s00),
            Vector.Sum(s01),
            Vector.Sum(s02),
            Vector.Sum(s10),
            Vector.Sum(s11),
            Vector.Sum(s12),
            Vector.Sum(s20),
            Vector.Sum(s21),
            Vector.Sum(s22),
        ];
        for (; l < k; l++)
        for (var r = 0; r < 3; r++)
        for (var q = 0; q < 3; q++)
            sums[3 * r + q] += Unsafe.Add(ref a, r * lda + l) * Unsafe.Add(ref b, q * ldb + l);
        for (var r = 0; r < 3; r++)
        for (var q = 0; q < 3; q++)
            c[r * ldc + q] += sign * sums[3 * r + q];
    }

    static T Dot<T>(int k, ref T a, ref T b)
        where T : struct, INumber<T>
    {
        int w = Vector<T>.Count,
            l = 0;
        Vector<T> s = default;
        for (; l + w <= k; l += w)
            s = Fma(Vector.LoadUnsafe(ref Unsafe.Add(ref a, l)), Vector.LoadUnsafe(ref Unsafe.Add(ref b, l)), s);
        var sum = Vector.Sum(s);
        for (; l < k; l++)
            sum += Unsafe.Add(ref a, l) * Unsafe.Add(ref b, l);
        return sum;
    }
}
