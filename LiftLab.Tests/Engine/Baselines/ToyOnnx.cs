using System.Text;

namespace LiftLab.Tests.Engine.Baselines;

/// <summary>
/// Writes a table network of seven ONNX nodes: softmax attention of test rows over training rows, whose labels it averages.
/// </summary>
static class ToyOnnx
{
    const int Float = 1,
        Int64 = 7;

    /// <summary>Inputs train_x (1, N, features), train_y (1, N), test_x (1, M, features); output (1, M, 2).</summary>
    public static void Write(string path, int features)
    {
        byte[] graph =
        [
            .. Field(1, Node("Transpose", ["train_x"], "keys", Attribute("perm", [0, 2, 1]))),
            .. Field(1, Node("MatMul", ["test_x", "keys"], "likeness")),
            .. Field(1, Node("Softmax", ["likeness"], "attention", Attribute("axis", -1))),
            .. Field(1, Node("Unsqueeze", ["train_y", "last"], "second")),
            .. Field(1, Node("Sub", ["one", "second"], "first")),
            .. Field(1, Node("Concat", ["first", "second"], "classes", Attribute("axis", 2))),
            .. Field(1, Node("MatMul", ["attention", "classes"], "logits")),
            .. Field(2, Encoding.UTF8.GetBytes("toy")),
            .. Field(5, [.. Number(1, 1), .. Number(2, Int64), .. Field(7, Varint(2)), .. Field(8, "last"u8.ToArray())]),
            .. Field(5, [.. Number(1, 1), .. Number(2, Float), .. Field(4, BitConverter.GetBytes(1f)), .. Field(8, "one"u8.ToArray())]),
            .. Field(11, Value("train_x", 1, "N", features)),
            .. Field(11, Value("train_y", 1, "N")),
            .. Field(11, Value("test_x", 1, "M", features)),
            .. Field(12, Value("logits", 1, "M", 2)),
        ];
        File.WriteAllBytes(path, [.. Number(1, 8), .. Field(7, graph), .. Field(8, [.. Field(1, []), .. Number(2, 13)])]);
    }

    static byte[] Node(string operation, string[] inputs, string output, params byte[][] attributes) =>
        [
            .. inputs.SelectMany(i => Field(1, Encoding.UTF8.GetBytes(i))),
            .. Field(2, Encoding.UTF8.GetBytes(output)),
            .. Field(4, Encoding.UTF8.GetBytes(operation)),
            .. attributes.SelectMany(a => Field(5, a)),
        ];

    static byte[] Attribute(string name, int value) => [.. Field(1, Encoding.UTF8.GetBytes(name)), .. Number(3, value), .. Number(20, 2)];

    static byte[] Attribute(string name, int[] values) =>
        [.. Field(1, Encoding.UTF8.GetBytes(name)), .. values.SelectMany(v => Number(8, v)), .. Number(20, 7)];

    /// <param name="shape">Numbers are fixed sizes, words open ones.</param>
    static byte[] Value(string name, params object[] shape)
    {
        byte[] dimensions =
        [
            .. shape.SelectMany(d => Field(1, d is int size ? Number(1, size) : Field(2, Encoding.UTF8.GetBytes((string)d)))),
        ];
        return [.. Field(1, Encoding.UTF8.GetBytes(name)), .. Field(2, Field(1, [.. Number(1, Float), .. Field(2, dimensions)]))];
    }

    static byte[] Field(int number, byte[] content) => [.. Varint((ulong)(number << 3 | 2)), .. Varint((ulong)content.Length), .. content];

    static byte[] Number(int field, long value) => [.. Varint((ulong)(field << 3)), .. Varint((ulong)value)];

    static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 128; value >>= 7)
            bytes.Add((byte)(value | 128));
        return [.. bytes, (byte)value];
    }
}
