using System.Numerics;

namespace Precinto.Formats.Pickle;

/// <summary>A value of a pickle that has an identity. No node prints or compares what it holds: a file decides how deep that is.</summary>
internal abstract class PickleNode(long position)
{
    /// <summary>The offset of the opcode that made it.</summary>
    public long Position => position;

    public abstract PickleKind Kind { get; }

    /// <summary>How many levels of containers it has below it.</summary>
    public int Depth { get; set; }

    /// <summary>
    /// How many values a walk would meet that does not know what it has met before, as <see cref="PickleExpansion"/> finds it: zero before, negative
    /// while it is being walked. There are millions of nodes, so this is all that is kept.
    /// </summary>
    public int Weight { get; set; }
}

/// <summary>An integer beyond 64 bits; without a value where it is longer than is kept.</summary>
internal sealed class PickleBigInteger(long position, BigInteger? value) : PickleNode(position)
{
    public BigInteger? Value => value;

    public override PickleKind Kind => PickleKind.BigInteger;
}

/// <summary>
/// Bytes, or a text that is too long to be kept as one. Of a file only the place is kept; of a decompressed stream the bytes as well,
/// as far as the reader was asked to.
/// </summary>
internal sealed class PickleBytes(long position, long offset, long length, PickleBytesForm form, byte[]? kept) : PickleNode(position)
{
    public long Offset => offset;

    public long Length => length;

    public PickleBytesForm Form => form;

    public byte[]? Kept => kept;

    public override PickleKind Kind => form is PickleBytesForm.Bytes or PickleBytesForm.ByteArray ? PickleKind.Bytes : PickleKind.Text;
}

internal enum PickleBytesForm
{
    Bytes,
    ByteArray,

    /// <summary>A text, in the file as UTF-8.</summary>
    Utf8,

    /// <summary>A text, in the file as one byte a character.</summary>
    Latin1,

    /// <summary>A text, in the file in Python's raw-unicode-escape encoding.</summary>
    RawUnicodeEscape,

    /// <summary>A text, in the file as a quoted literal with backslash escapes.</summary>
    Quoted,
}

internal sealed class PickleTuple(long position, PickleValue[] items) : PickleNode(position)
{
    public PickleValue[] Items => items;

    public override PickleKind Kind => PickleKind.Tuple;
}

internal sealed class PickleList(long position) : PickleNode(position)
{
    public List<PickleValue> Items { get; } = [];

    public override PickleKind Kind => PickleKind.List;
}

internal sealed class PickleSet(long position, bool isFrozen) : PickleNode(position)
{
    public bool IsFrozen => isFrozen;

    public List<PickleValue> Items { get; } = [];

    public PickleHashes? Hashes { get; set; }

    public override PickleKind Kind => PickleKind.Set;
}

/// <summary>A dictionary as its entries were set, in that order; a repeated key is kept twice, the later one counts.</summary>
internal sealed class PickleDictionary(long position) : PickleNode(position)
{
    public List<KeyValuePair<PickleValue, PickleValue>> Entries { get; } = [];

    /// <summary>How many entries were already judged as the state of an object, so that using a state often costs nothing.</summary>
    public int JudgedCount { get; set; }

    /// <summary>Whether one of the judged entries is called like a method that an opcode calls.</summary>
    public bool NamesMethods { get; set; }

    public PickleHashes? Hashes { get; set; }

    public override PickleKind Kind => PickleKind.Dictionary;

    public bool TryGet(string key, out PickleValue value)
    {
        for (var index = Entries.Count - 1; index >= 0; index--)
        {
            if (Entries[index].Key.Text == key)
            {
                value = Entries[index].Value;
                return true;
            }
        }

        value = default;
        return false;
    }
}

/// <summary>Something that the pickle imports by name; the same name is the same node.</summary>
internal sealed class PickleGlobal(long position, string module, string name, ImportStanding standing) : PickleNode(position)
{
    /// <summary>The module, by its Python 3 name.</summary>
    public string Module => module;

    public string Name => name;

    /// <summary>The name behind the last dot.</summary>
    public string LastName => name[(name.LastIndexOf('.') + 1)..];

    public ImportStanding Standing => standing;

    /// <summary>Whether it is harmless as a value.</summary>
    public bool IsKnown => standing.IsKnown();

    /// <summary>How often it was imported.</summary>
    public long Count { get; set; }

    public override PickleKind Kind => PickleKind.Global;

    public bool Is(string otherModule, string otherName) => name == otherName && module == otherModule;

    public override string ToString() => module + "." + name;
}

/// <summary>What a call made: an instance of a class, or the unknown result of a function.</summary>
internal sealed class PickleObject(long position, PickleValue callable, PickleValue arguments, PickleValue keywords) : PickleNode(position)
{
    /// <summary>The class or function that was called.</summary>
    public PickleValue Callable => callable;

    /// <summary>A tuple, unless the stream called with something else.</summary>
    public PickleValue Arguments => arguments;

    /// <summary>A dictionary, or None.</summary>
    public PickleValue Keywords => keywords;

    /// <summary>The class or function, if it was imported by name.</summary>
    public PickleGlobal? Class => callable.Global;

    /// <summary>What BUILD handed over last; None before.</summary>
    public PickleValue State { get; set; }

    /// <summary>How many times BUILD was applied.</summary>
    public int BuildCount { get; set; }

    /// <summary>Whether BUILD set an attribute that is called like a method that an opcode calls.</summary>
    public bool HasOwnMethods { get; set; }

    /// <summary>What SETITEM(S) set, as in a subclass of dict.</summary>
    public PickleDictionary? Entries { get; set; }

    /// <summary>What APPEND(S) and ADDITEMS added, as in a subclass of list.</summary>
    public PickleList? Elements { get; set; }

    /// <summary>The bytes of an array that joblib wrote into the stream behind this wrapper, or the root of the pickle that stands there.</summary>
    public PickleValue InStream { get; set; }

    public override PickleKind Kind => PickleKind.Object;

    /// <summary>The state as attributes: the dictionary that BUILD handed over, alone or before the slots.</summary>
    public PickleDictionary? Attributes =>
        State.Dictionary ?? (State.Tuple is { Items: [var attributes, _] } ? attributes.Dictionary : null);

    public bool Is(string module, string name) => Class is { } known && known.Is(module, name);
}
