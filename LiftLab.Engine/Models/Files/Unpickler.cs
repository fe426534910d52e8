using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Files;

/// <summary>
/// Reads pickles that contain a dictionary of tensors. A pickle is a program that can call arbitrary code. This reader supports only the
/// opcodes for containers and numbers and three callables (_rebuild_tensor_v2, _rebuild_parameter, OrderedDict), which it interprets
/// without executing code. Anything else is refused with an error that names it. Source: the opcode table of Python's pickletools,
/// protocols 2 to 4.
/// </summary>
sealed class Unpickler(byte[] data)
{
    const double LargestTensor = 1L << 48;
    static readonly object Mark = new();
    readonly Stack<object?> stack = new();
    readonly Dictionary<int, object?> memo = [];
    int at;

    sealed record Global(string Name);

    sealed record Storage(ScalarType Dtype, int ElementBytes, string Key, long Length);

    sealed record TensorShape(Storage Storage, long First, long[] Shape, long[] Strides);

    static readonly Dictionary<string, (ScalarType, int)> Storages = new(StringComparer.Ordinal)
    {
        ["torch.FloatStorage"] = (ScalarType.Float32, 4),
        ["torch.HalfStorage"] = (ScalarType.Float16, 2),
        ["torch.BFloat16Storage"] = (ScalarType.BFloat16, 2),
        ["torch.DoubleStorage"] = (ScalarType.Float64, 8),
        ["torch.LongStorage"] = (ScalarType.Int64, 8),
        ["torch.IntStorage"] = (ScalarType.Int32, 4),
        ["torch.CharStorage"] = (ScalarType.Int8, 1),
        ["torch.ByteStorage"] = (ScalarType.Byte, 1),
        ["torch.BoolStorage"] = (ScalarType.Bool, 1),
    };

    public IReadOnlyList<PickledEntry> ReadTensors()
    {
        if (Run() is not Dictionary<string, object?> dictionary)
            throw new InvalidDataException("its pickle is not a dictionary of tensors");
        return
        [
            .. dictionary
                .Where(p => p.Value is TensorShape)
                .Select(p => (p.Key, Tensor: (TensorShape)p.Value!))
                .Select(p => new PickledEntry(
                    p.Key,
                    p.Tensor.Storage.Dtype,
                    p.Tensor.Shape,
                    p.Tensor.Strides,
                    p.Tensor.Storage.Key,
                    p.Tensor.First,
                    p.Tensor.Storage.Length,
                    p.Tensor.Storage.ElementBytes
                )),
        ];
    }

    object? Run()
    {
        while (true)
        {
            var op = (char)data[at++];
            switch (op)
            {
                case '\x80':
                    at++;
                    break; // protocol
                case '\x95':
                    at += 8;
                    break; // frame
                case '.':
                    return stack.Pop();
                case '(':
                    stack.Push(Mark);
                    break;
                case '}':
                    stack.Push(new Dictionary<string, object?>(StringComparer.Ordinal));
                    break;
                case ']':
                    stack.Push(new List<object?>());
                    break;
                case ')':
                    stack.Push(Array.Empty<object?>());
                    break;
                case 'N':
                    stack.Push(null);
                    break;
                case '\x88':
                    stack.Push(true);
                    break;
                case '\x89':
                    stack.Push(false);
                    break;
                case 'K':
                    stack.Push((long)data[at++]);
                    break;
                case 'M':
                    stack.Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                    break;
                case 'J':
                    stack.Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                    break;
                case '\x8a':
                    stack.Push(LongOf(Take(data[at++])));
                    break;
                case 'G':
                    stack.Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                    break;
                case 'X':
                    stack.Push(Text(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(4)))));
                    break;
                case '\x8c':
                    stack.Push(Text(Take(data[at++])));
                    break;
                case 'q':
                    memo[data[at++]] = stack.Peek();
                    break;
                case 'r':
                    memo[BinaryPrimitives.ReadInt32LittleEndian(Take(4))] = stack.Peek();
                    break;
                case '\x94':
                    memo[memo.Count] = stack.Peek();
                    break;
                case 'h':
                    stack.Push(memo[data[at++]]);
                    break;
                case 'j':
                    stack.Push(memo[BinaryPrimitives.ReadInt32LittleEndian(Take(4))]);
                    break;
                case '\x85':
                    stack.Push(Pop(1));
                    break;
                case '\x86':
                    stack.Push(Pop(2));
                    break;
                case '\x87':
                    stack.Push(Pop(3));
                    break;
                case 't':
                    stack.Push(PopToMark());
                    break;
                case 'a':
                {
                    var item = stack.Pop();
                    ((List<object?>)stack.Peek()!).Add(item);
                    break;
                }
                case 'e':
                {
                    var items = PopToMark();
                    ((List<object?>)stack.Peek()!).AddRange(items);
                    break;
                }
                case 's':
                {
                    var pair = Pop(2);
                    Set(stack.Peek(), pair[0], pair[1]);
                    break;
                }
                case 'u':
                {
                    var items = PopToMark();
                    for (var i = 0; i + 1 < items.Length; i += 2)
                        Set(stack.Peek(), items[i], items[i + 1]);
                    break;
                }
                case 'c':
                    stack.Push(Allowed(Line() + "." + Line()));
                    break;
                case '\x93':
                {
                    var name = Pop(2);
                    stack.Push(Allowed($"{name[0]}.{name[1]}"));
                    break;
                }
                case 'Q':
                    stack.Push(StorageOf((object?[])stack.Pop()!));
                    break;
                case 'R':
                {
                    var call = Pop(2);
                    stack.Push(Rebuild(((Global)call[0]!).Name, (object?[])call[1]!));
                    break;
                }
                case 'b':
                    stack.Pop();
                    break; // state of an OrderedDict or parameter: attributes only, no tensors
                default:
                    throw new InvalidDataException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"its pickle contains the opcode 0x{(int)op:x2}, which a dictionary of tensors does not need"
                        )
                    );
            }
        }
    }

    static Global Allowed(string name) =>
        name is "torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_parameter" or "collections.OrderedDict"
        || Storages.ContainsKey(name)
            ? new(name)
            : throw new InvalidDataException(
                $"its pickle asks for '{name}', which is not allowed: only tensors are read, no code is executed"
            );

    static Storage StorageOf(object?[] id)
    {
        if (id is not ["storage", Global kind, string key, _, long length])
            throw new InvalidDataException("a tensor's storage has an unknown description");
        var (dtype, bytes) = Storages[kind.Name];
        return length >= 0 && key.All(char.IsAsciiLetterOrDigit)
            ? new(dtype, bytes, key, length)
            : throw new InvalidDataException($"a tensor's storage '{key}' is invalid");
    }

    static object? Rebuild(string name, object?[] arguments) =>
        name switch
        {
            "collections.OrderedDict" => new Dictionary<string, object?>(StringComparer.Ordinal),
            "torch._utils._rebuild_parameter" => (TensorShape)arguments[0]!,
            "torch._utils._rebuild_tensor_v2" => new TensorShape(
                (Storage)arguments[0]!,
                (long)arguments[1]!,
                Numbers(arguments[2]),
                Numbers(arguments[3])
            )
                is { } t
            && t.Shape.Length == t.Strides.Length
            && t.Shape.All(n => n >= 0)
            && t.Shape.Aggregate(1.0, (product, n) => product * n) <= LargestTensor
                ? t
                : throw new InvalidDataException("a tensor has an impossible shape"),
            _ => throw new InvalidDataException($"its pickle calls '{name}'"),
        };

    static long[] Numbers(object? tuple) => [.. ((object?[])tuple!).Select(n => (long)n!)];

    static void Set(object? target, object? key, object? value)
    {
        if (key is string name)
            ((Dictionary<string, object?>)target!)[name] = value; // keys that are not strings occur in optimiser states, for example
    }

    ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > data.Length - at)
            throw new InvalidDataException("its pickle is truncated");
        at += count;
        return data.AsSpan(at - count, count);
    }

    static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    string Line()
    {
        var end = Array.IndexOf(data, (byte)'\n', at);
        if (end < 0)
            throw new InvalidDataException("its pickle is truncated");
        var line = Encoding.ASCII.GetString(data, at, end - at);
        at = end + 1;
        return line;
    }

    static long LongOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8)
            throw new InvalidDataException("its pickle contains an integer of more than 64 bits");
        long value = bytes.Length > 0 && (bytes[^1] & 0x80) != 0 ? -1 : 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
            value = value << 8 | bytes[i];
        return value;
    }

    object?[] Pop(int count)
    {
        var items = new object?[count];
        for (var i = count - 1; i >= 0; i--)
            items[i] = stack.Pop();
        return items;
    }

    object?[] PopToMark()
    {
        var items = new List<object?>();
        while (stack.Pop() is var item && !ReferenceEquals(item, Mark))
            items.Add(item);
        items.Reverse();
        return [.. items];
    }
}
