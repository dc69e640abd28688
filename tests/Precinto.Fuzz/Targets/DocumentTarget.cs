using System.Text;

namespace Precinto.Fuzz.Targets;

/// <summary>A document that is read whole or refused with the exception of its area.</summary>
/// <param name="name">The name of the target.</param>
/// <param name="read">Reads it and gives what is worth comparing; throws <see cref="FuzzFailureException"/> where it breaks a promise of its own.</param>
/// <param name="isDocumented">Whether an exception is one that the reader may throw.</param>
/// <param name="words">Words of its format.</param>
internal sealed class DocumentTarget(string name, Func<byte[], string> read, Func<Exception, bool> isDocumented, params string[] words) : FuzzTarget(name)
{
    public override IReadOnlyList<byte[]> Dictionary { get; } = [.. words.Concat(JsonWords).Select(Encoding.UTF8.GetBytes)];

    // A seed is a document in order; what is not is made of it.
    public override bool Accepts(Seed seed)
    {
        try
        {
            read(seed.Bytes);
            return true;
        }
        catch (Exception exception) when (isDocumented(exception))
        {
            return false;
        }
    }

    public override Answer Read(byte[] bytes, string name)
    {
        try
        {
            var text = read(bytes);
            return new(text, $"read {Answer.BucketOf(text.Length)}");
        }
        catch (Exception exception) when (isDocumented(exception))
        {
            return new(exception.Message, Answer.ShapeOf(exception.Message));
        }
    }

    private static readonly string[] JsonWords = ["{", "}", "[", "]", ":", ",", "\"", "null", "true", "{}", "[]", "\\u0000", "\\ud800", "\uFEFF", "1e400", "-0"];
}
