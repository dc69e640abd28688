using System.Text;

namespace Precinto.Fuzz;

/// <summary>What a target made of an input.</summary>
/// <param name="Text">All of it: the same bytes must give the same text.</param>
/// <param name="Coverage">The part of it that tells one way through the code from another; what stands in the input does not belong into it.</param>
internal sealed record Answer(string Text, string Coverage)
{
    /// <summary>A message without what it quotes and counts: one shape for each place in the code that says it.</summary>
    public static string ShapeOf(string message)
    {
        StringBuilder shape = new();
        var isQuoted = false;
        foreach (var character in message)
        {
            if (shape.Length == LongestShape)
                break;
            if (character == '\'')
                isQuoted = !isQuoted;
            else if (!isQuoted && (char.IsAsciiLetter(character) || character == ' '))
                shape.Append(character);
        }

        return shape.ToString();
    }

    /// <summary>A number as its order of magnitude: early in the file or late, few or many.</summary>
    public static int BucketOf(long? number) => number is > 0 and var positive ? 1 + (int)long.Log2(positive) : 0;

    private const int LongestShape = 28;
}
