namespace Precinto.Formats;

/// <summary>Texts out of a file that go into facts and messages: their first letters, none of them cut in two.</summary>
internal static class Excerpt
{
    /// <summary>A text, or as much of its start as has no more than <paramref name="length"/> UTF-16 units.</summary>
    public static string Of(string text, int length = 200)
    {
        if (text.Length <= length)
            return text;

        var splitsPair = char.IsHighSurrogate(text[length - 1]) && char.IsLowSurrogate(text[length]);
        return text[..(splitsPair ? length - 1 : length)] + "…";
    }
}
