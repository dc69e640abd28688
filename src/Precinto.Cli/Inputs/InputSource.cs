using System.Text;
using Precinto.Cli.Files;
using Precinto.Inference;

namespace Precinto.Cli.Inputs;

/// <summary>What stands behind <c>--input</c>: a row, a file, or stdin.</summary>
internal static class InputSource
{
    /// <exception cref="UsageException">It is no input; the message names the row and the column.</exception>
    public static InputTable Read(string input, Stream standardInput)
    {
        if (input == "-")
            return FromBytes("stdin", ReadBounded(standardInput));
        if (input.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return JsonInput.Parse(input, NamedFile.Read(input, MaximumBytes));
        if (input.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            return CsvInput.ParseTable(input, NamedFile.Decode(input, NamedFile.Read(input, MaximumBytes)));
        if (File.Exists(input) || Directory.Exists(input))
            throw new UsageException($"{input} is named neither .json nor .csv; pass it as - < {input}");

        return CsvInput.ParseRow(input);
    }

    /// <summary>JSON begins with a bracket or a brace, and a CSV header with neither.</summary>
    internal static InputTable FromBytes(string name, byte[] bytes)
    {
        var start = bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var first = bytes.AsSpan(start).IndexOfAnyExcept(" \t\r\n"u8);
        if (first < 0)
            throw new UsageException($"{name} is empty; there is nothing to predict for");

        return bytes[start + first] is (byte)'[' or (byte)'{'
            ? JsonInput.Parse(name, bytes)
            : CsvInput.ParseTable(name, NamedFile.Decode(name, bytes));
    }

    private static byte[] ReadBounded(Stream stream)
    {
        using MemoryStream arrived = new();
        var buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (arrived.Length + read > MaximumBytes)
                throw new UsageException($"stdin has more than {MaximumBytes} bytes; that is the most that is read");
            arrived.Write(buffer, 0, read);
        }

        return arrived.ToArray();
    }

    /// <summary>Values in one input; each costs far more memory than its text.</summary>
    internal const int MaximumValues = 4_000_000;

    private const int MaximumBytes = 64 << 20;
}
