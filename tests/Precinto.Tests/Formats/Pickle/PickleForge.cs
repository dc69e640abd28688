using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>Something that a pickle imports and calls with one text.</summary>
internal sealed record Payload(string Module, string Name, string Argument)
{
    /// <summary>What runs code, a command, or reaches files or the network; the last is of nobody knows what.</summary>
    public static IReadOnlyList<Payload> Hostile { get; } =
    [
        new("os", "system", "echo"),
        new("posix", "system", "echo"),
        new("subprocess", "Popen", "echo"),
        new("builtins", "eval", "1"),
        new("runpy", "run_path", "x.py"),
        new("shutil", "rmtree", "x"),
        new("webbrowser", "open", "http://127.0.0.1/"),
        new("pkgutil", "resolve_name", "os:system"),
        new("numpy.f2py.crackfortran", "myeval", "1"),
        new("torch.serialization", "os.system", "echo"),
        new("acme.plugins", "run", "echo"),
    ];

    /// <summary>What does the same to a reader and nothing to a machine.</summary>
    public static IReadOnlyList<Payload> Inert { get; } =
    [
        new("pathlib", "PurePosixPath", "models"),
        new("decimal", "Decimal", "1.5"),
        new("builtins", "str", "echo"),
    ];
}

/// <summary>Writes pickles in the opcodes of one protocol.</summary>
internal sealed class PickleForge(int protocol)
{
    public int Protocol => protocol;

    public byte[] Start => protocol >= 2 ? Proto((byte)protocol) : [];

    /// <summary>A pickle of what these parts leave on the stack.</summary>
    public byte[] Whole(params object[] parts) => Of(Start, Of(parts), Stop);

    public byte[] Unicode(string text) => protocol switch
    {
        0 => Of("V", text, "\n"),
        < 4 => Of("X", Int32(Encoding.UTF8.GetByteCount(text)), Encoding.UTF8.GetBytes(text)),
        _ => Text(text),
    };

    public byte[] Name(string module, string name) => protocol < 4 ? Of("c", module, "\n", name, "\n") : Import(module, name);

    public byte[] Name(Payload payload) => Name(payload.Module, payload.Name);

    public byte[] Tuple(params object[] items) => items.Length == 1 && protocol >= 2 ? Of(Of(items), Tuple1) : Of("(", Of(items), "t");

    /// <summary>The argument of a payload, as a tuple.</summary>
    public byte[] Arguments(Payload payload) => Tuple(Unicode(payload.Argument));

    public byte[] Call(Payload payload) => Of(Name(payload), Arguments(payload), Reduce);

    public byte[] Put(int key) => protocol == 0 ? Of("p", Number(key), "\n") : Of("q", key);

    public byte[] Get(int key) => protocol == 0 ? Of("g", Number(key), "\n") : Of("h", key);

    public byte[] Blob(byte[] bytes) => protocol < 3
        ? Of(Name("_codecs", "encode"), Tuple(Latin(bytes), Unicode("latin1")), Reduce)
        : Bytes(bytes);

    /// <summary>A frame around opcodes; none where the protocol has none.</summary>
    public byte[] Frame(byte[] opcodes)
    {
        if (protocol < 4)
            return opcodes;

        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, opcodes.Length);
        return [0x95, .. length, .. opcodes];
    }

    // Every byte as a character, and as an escape where the line or the backslash would end the text.
    private byte[] Latin(byte[] bytes)
    {
        if (protocol > 0)
            return Unicode(Encoding.Latin1.GetString(bytes));

        StringBuilder text = new();
        foreach (var value in bytes)
            text.Append(value is (byte)'\n' or (byte)'\\' or 0 ? $"\\u{value:x4}" : ((char)value).ToString());
        return Of("V", text.ToString(), "\n");
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
