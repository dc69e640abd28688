using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>A way of having a payload called that readers have missed, in every protocol that can express it.</summary>
/// <param name="First">The first protocol that can.</param>
/// <param name="IsOrdinary">Whether the form alone is no finding, so that a harmless payload leaves the file clean.</param>
internal sealed record Technique(string Name, int First, bool IsOrdinary, Func<PickleForge, Payload, byte[]> Make)
{
    public static IReadOnlyList<Technique> All { get; } =
    [
        // Calls.
        new("a call", 0, true, (forge, payload) => forge.Whole(forge.Call(payload))),
        new("INST", 0, true, (forge, payload) => forge.Whole("(", forge.Unicode(payload.Argument), "i", payload.Module, "\n", payload.Name, "\n")),
        new("OBJ", 0, true, (forge, payload) => forge.Whole("(", forge.Name(payload), forge.Unicode(payload.Argument), "o")),
        new("NEWOBJ", 2, true, (forge, payload) => forge.Whole(forge.Name(payload), forge.Arguments(payload), NewObj)),
        new("NEWOBJ_EX", 4, true, (forge, payload) => forge.Whole(forge.Name(payload), forge.Arguments(payload), "}", 0x92)),
        new("__newobj__", 0, true, (forge, payload) => forge.Whole(forge.Name("copyreg", "__newobj__"), forge.Tuple(forge.Name(payload), forge.Unicode(payload.Argument)), Reduce)),
        new("partial", 0, true, (forge, payload) => forge.Whole(forge.Name("functools", "partial"), forge.Tuple(forge.Name(payload), forge.Unicode(payload.Argument)), Reduce)),
        new("only imported", 0, true, (forge, payload) => forge.Whole(forge.Name(payload))),

        // Results that nobody sees.
        new("popped", 0, true, (forge, payload) => forge.Whole(forge.Call(payload), "0N")),
        new("popped with its mark", 1, true, (forge, payload) => forge.Whole("(", forge.Call(payload), "1N")),
        new("popped as OBJ", 1, true, (forge, payload) => forge.Whole("(", forge.Name(payload), forge.Unicode(payload.Argument), "o0N")),
        new("a mark taken by POP", 0, true, (forge, payload) => forge.Whole("(0", forge.Call(payload), "0N")),
        new("below what STOP takes", 0, true, (forge, payload) => forge.Whole(forge.Call(payload), "N")),
        new("below a mark that stays", 0, true, (forge, payload) => forge.Whole(forge.Call(payload), "(N")),
        new("a key", 0, true, (forge, payload) => forge.Whole("(d", forge.Call(payload), "Ns")),
        new("in an attribute", 0, true, (forge, payload) => forge.Whole(forge.Name("collections", "OrderedDict"), forge.Tuple("(l"), Reduce, "(d", forge.Unicode("x"), forge.Call(payload), "sb")),
        new("in a frozen set", 4, true, (forge, payload) => forge.Whole("(", forge.Call(payload), 0x91)),
        new("deep in lists", 0, true, (forge, payload) => forge.Whole(new string('(', 300), forge.Call(payload), new string('l', 300))),

        // The stack and the memo.
        new("duplicated", 2, true, (forge, payload) => forge.Whole(forge.Name(payload), "2", forge.Arguments(payload), Reduce)),
        new("out of the memo", 0, true, (forge, payload) => forge.Whole(forge.Name(payload), forge.Put(7), "0", forge.Get(7), forge.Arguments(payload), Reduce)),
        new("under a key overwritten", 0, true, (forge, payload) => forge.Whole("N", forge.Put(3), "0", forge.Name(payload), forge.Put(3), "0", forge.Get(3), forge.Arguments(payload), Reduce)),
        new("under a key of 2^32", 1, true, (forge, payload) => forge.Whole(forge.Name(payload), "r", Int32(-1), "0j", Int32(-1), forge.Arguments(payload), Reduce)),
        new("memoized and put", 4, true, (forge, payload) => forge.Whole("Nq", 40, "0", forge.Name(payload), Memoize, "0h", 1, forge.Arguments(payload), Reduce)),
        new("a key with zeros and a sign", 0, true, (forge, payload) => forge.Whole(forge.Name(payload), "p+", new string('0', 100), "7\n0g7\n", forge.Arguments(payload), Reduce)),
        new("names in disorder", 4, true, (forge, payload) => forge.Whole(forge.Unicode(payload.Name), "q", 9, "0", forge.Unicode(payload.Module), "q", 3, "0h", 3, "h", 9, StackGlobal, forge.Arguments(payload), Reduce)),
        new("names of byte strings", 4, true, (forge, payload) => forge.Whole("U", payload.Module.Length, payload.Module, "T", Int32(payload.Name.Length), payload.Name, StackGlobal, forge.Arguments(payload), Reduce)),
        new("names of eight-byte lengths", 4, true, (forge, payload) => forge.Whole(0x8D, Int64(payload.Module.Length), payload.Module, 0x8D, Int64(payload.Name.Length), payload.Name, StackGlobal, forge.Arguments(payload), Reduce)),
        new("names of protocol 0", 4, true, (forge, payload) => forge.Whole("V", payload.Module, "\nS'", payload.Name, "'\n", StackGlobal, forge.Arguments(payload), Reduce)),
        new("names escaped", 4, true, (forge, payload) => forge.Whole("S'\\x", Hex(payload.Module[0]), payload.Module[1..], "'\nV\\u00", Hex(payload.Name[0]), payload.Name[1..], "\n", StackGlobal, forge.Arguments(payload), Reduce)),

        // What other readers stumble over, and CPython does not.
        new("two marks of the protocol", 2, true, (forge, payload) => Of(forge.Start, forge.Whole(forge.Call(payload)))),
        new("no mark of the protocol", 2, true, (forge, payload) => forge.Whole(forge.Call(payload))[2..]),
        new("in a frame", 4, true, (forge, payload) => Of(forge.Start, forge.Frame(Of(forge.Call(payload), Stop)))),
        new("in two frames", 4, true, (forge, payload) => Of(forge.Start, forge.Frame(Of(forge.Name(payload))), forge.Frame(Of(forge.Arguments(payload), Reduce, Stop)))),
        new("behind a large value", 3, true, (forge, payload) => Of("B", Int32(100_000), new byte[100_000], "0", forge.Call(payload), Stop)),
        new("behind a long line", 0, true, (forge, payload) => Of("S'", new string('a', 100_000), "'\n0", forge.Call(payload), Stop)),
        new("behind a hexadecimal number", 0, true, (forge, payload) => forge.Whole("I0x10\n0L-0b11L\n0I1_0\n0", forge.Call(payload))),
        new("behind a number with a NUL", 0, true, (forge, payload) => forge.Whole("I5\0abc\n0", forge.Call(payload))),
        new("behind a state that changes nothing", 0, true, (forge, payload) => forge.Whole("(lNb(lb0", forge.Call(payload))),
        new("behind nothing added to nothing", 1, true, (forge, payload) => forge.Whole("N(e(u0", forge.Call(payload))),
        new("behind an item of a list", 1, true, (forge, payload) => forge.Whole("]NaK", 0, "Ns0", forge.Call(payload))),
        new("behind bytes added to", 5, true, (forge, payload) => forge.Whole(0x96, Int64(1), "x(K", 1, "e0", forge.Call(payload))),

        // What ends the loading, but not before the call.
        new("before an unknown opcode", 0, false, (forge, payload) => Of(forge.Start, forge.Call(payload), 0xFF)),
        new("before a missing argument", 0, false, (forge, payload) => Of(forge.Start, forge.Call(payload), "X", Int32(9), "a")),
        new("before a missing memo entry", 0, false, (forge, payload) => Of(forge.Start, forge.Call(payload), "g77\n.")),
        new("before an empty stack", 0, false, (forge, payload) => Of(forge.Start, forge.Call(payload), "000.")),
        new("without STOP", 0, false, (forge, payload) => Of(forge.Start, forge.Call(payload))),
        new("before a text that is none", 0, false, (forge, payload) => forge.Whole(forge.Call(payload), "X", Int32(2), new byte[] { 0xC3, 0x28 })),

        // What ends the loading in one version and not in another.
        new("behind a float that is none", 0, false, (forge, payload) => forge.Whole("F1_0.5\n0", forge.Call(payload))),
        new("behind a string without quotes", 2, false, (forge, payload) => forge.Whole("Sabc\n0", forge.Call(payload))),
        new("behind an item added to a tuple", 1, false, (forge, payload) => forge.Whole(")Na0", forge.Call(payload))),
        new("behind a call of a number", 1, false, (forge, payload) => forge.Whole("K", 1, ")R0", forge.Call(payload))),
        new("behind an unknown protocol", 2, false, (forge, payload) => forge.Whole(Proto(9), forge.Call(payload))),
        new("in a frame that is too long", 4, false, (forge, payload) => Of(forge.Start, 0x95, Int64(1L << 40), forge.Call(payload), Stop)),

        // Several pickles.
        new("in a second pickle", 0, false, (forge, payload) => Of(forge.Whole("N"), forge.Whole(forge.Call(payload)))),
        new("behind junk", 0, false, (forge, payload) => Of(forge.Whole("(l", forge.Put(0)), "\0\0junk(junk", forge.Whole(forge.Call(payload)))),
        new("behind much junk", 0, false, (forge, payload) => Of(forge.Whole("(l", forge.Put(0)), new byte[300_000], forge.Whole(forge.Call(payload)))),
        new("with the memo of the first", 0, false, (forge, payload) => Of(forge.Whole(forge.Unicode(payload.Argument), forge.Put(5)), forge.Whole(forge.Get(5), "0", forge.Call(payload)))),

        // Other ways to a name and to a call.
        new("an extension of its own", 2, false, (forge, payload) => forge.Whole(
            forge.Name("copyreg", "add_extension"), forge.Tuple(forge.Unicode(payload.Module), forge.Unicode(payload.Name), "K", 9), Reduce, "0", 0x82, 9, forge.Arguments(payload), Reduce)),
        new("an extension of two bytes", 2, false, (forge, payload) => forge.Whole(
            forge.Name("copyreg", "add_extension"), forge.Tuple(forge.Unicode(payload.Module), forge.Unicode(payload.Name), "M", 0, 2), Reduce, "0", 0x83, 0, 2, forge.Arguments(payload), Reduce)),
        new("a computed name", 4, false, (forge, payload) => forge.Whole(
            forge.Name("builtins", "str"), forge.Tuple(forge.Blob([.. System.Text.Encoding.ASCII.GetBytes(payload.Module)]), forge.Unicode("ascii")), Reduce, forge.Unicode(payload.Name), StackGlobal, forge.Arguments(payload), Reduce)),
        new("a __setstate__ of its own", 0, false, (forge, payload) => forge.Whole(
            forge.Name("collections", "OrderedDict"), "(tR(d", forge.Unicode("__setstate__"), forge.Name(payload), "sb", forge.Unicode(payload.Argument), "b")),
        new("a __setstate__ among the slots", 0, false, (forge, payload) => forge.Whole(
            forge.Name("collections", "OrderedDict"), "(tR(N(d", forge.Unicode("__setstate__"), forge.Name(payload), "stb", forge.Unicode(payload.Argument), "b")),
        new("an append of its own", 0, false, (forge, payload) => forge.Whole(
            forge.Name("collections", "OrderedDict"), "(tR(d", forge.Unicode("append"), forge.Name(payload), "sb", forge.Unicode(payload.Argument), "a")),
        new("a pickle in bytes", 0, false, (forge, payload) => forge.Whole(forge.Name("pickle", "loads"), forge.Tuple(forge.Blob(forge.Whole(forge.Call(payload)))), Reduce)),
        new("a pickle of joblib in bytes", 0, false, (forge, payload) => forge.Whole(forge.Name("dill", "loads"), forge.Tuple(forge.Blob(forge.Whole(forge.Name("cloudpickle", "loads"), forge.Tuple(forge.Blob(forge.Whole(forge.Call(payload)))), Reduce))), Reduce)),
    ];

    public override string ToString() => Name;

    private static string Hex(char letter) => ((int)letter).ToString("x2", System.Globalization.CultureInfo.InvariantCulture);
}
