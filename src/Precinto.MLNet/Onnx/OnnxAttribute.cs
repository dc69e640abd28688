namespace Precinto.MLNet.Onnx;

/// <summary>A setting of an <see cref="OnnxNode"/>: AttributeProto, name 1, f 2, i 3, s 4, floats 7, ints 8, strings 9, type 20.</summary>
internal sealed class OnnxAttribute
{
    private readonly string _name;
    private readonly int _type;
    private readonly Action<ProtobufWriter> _writeValue;

    private OnnxAttribute(string name, int type, Action<ProtobufWriter> writeValue)
    {
        _name = name;
        _type = type;
        _writeValue = writeValue;
    }

    public static OnnxAttribute Of(string name, long value) => new(name, TypeInteger, writer => writer.WriteInteger(3, value));

    public static OnnxAttribute Of(string name, string value) => new(name, TypeString, writer => writer.WriteText(4, value));

    // onnx.proto is of syntax 2 and leaves these unpacked: each element carries its own tag.
    public static OnnxAttribute Of(string name, IReadOnlyList<float> values) => new(name, TypeFloats, writer =>
    {
        foreach (var value in values)
            writer.WriteFloat(7, value);
    });

    public static OnnxAttribute Of(string name, IReadOnlyList<long> values) => new(name, TypeIntegers, writer =>
    {
        foreach (var value in values)
            writer.WriteInteger(8, value);
    });

    public static OnnxAttribute Of(string name, IReadOnlyList<string> values) => new(name, TypeStrings, writer =>
    {
        foreach (var value in values)
            writer.WriteText(9, value);
    });

    public void Write(ProtobufWriter writer)
    {
        writer.WriteText(1, _name);
        _writeValue(writer);
        writer.WriteInteger(20, _type);
    }

    private const int TypeInteger = 2;
    private const int TypeString = 3;
    private const int TypeFloats = 6;
    private const int TypeIntegers = 7;
    private const int TypeStrings = 8;
}
