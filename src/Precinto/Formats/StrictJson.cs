using System.Text.Json;
using System.Text.Unicode;

namespace Precinto.Formats;

/// <summary>JSON documents that we define or must not misread: no duplicates, no comments, no unknown members unless they are allowed.</summary>
internal static class StrictJson
{
    /// <exception cref="JsonException">It is no JSON in UTF-8, too deep, or has a member twice.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        // The parser looks into texts and names only when they are asked for, and then throws something else.
        if (!Utf8.IsValid(utf8.Span))
            throw new JsonException("It is no text in UTF-8.");
        try
        {
            return JsonDocument.Parse(utf8, Options);
        }
        catch (InvalidOperationException exception)
        {
            // The search for duplicates unescapes every name, and one with half a surrogate pair has no text.
            throw new JsonException("A member's name is no well-formed text.", exception);
        }
        catch (JsonException exception)
        {
            // The parser's own words speak to programmers.
            var message = exception.LineNumber is { } line ? $"It is no JSON, or too deep, at line {line + 1}, byte {exception.BytePositionInLine + 1}."
                : exception.Message.Split('\'') is [_, var name, _] ? $"The member '{name}' stands there twice."
                : "A member stands there twice.";
            throw new JsonException(message, exception.Path, exception.LineNumber, exception.BytePositionInLine, exception);
        }
    }

    /// <summary>Makes sure that an element is an object with no members but these.</summary>
    public static JsonElement Closed(this JsonElement element, string what, params ReadOnlySpan<string> members)
    {
        element.Object(what);
        foreach (var property in element.EnumerateObject())
            if (Name(property, what) is var name && !members.Contains(name))
                throw new JsonException($"{what} has an unknown member '{name}'.");
        return element;
    }

    public static JsonElement Object(this JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.Object ? element : throw new JsonException($"{what} is no object.");

    public static JsonElement Required(this JsonElement element, string name, string what) =>
        element.TryGetProperty(name, out var member) ? member : throw new JsonException($"{what} lacks '{name}'.");

    /// <summary>A member that may be absent; null is not absent.</summary>
    public static JsonElement? Optional(this JsonElement element, string name) => element.TryGetProperty(name, out var member) ? member : null;

    public static JsonElement.ArrayEnumerator Array(this JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : throw new JsonException($"{what} is no list.");

    public static string Text(this JsonElement element, string what)
    {
        if (element.ValueKind != JsonValueKind.String)
            throw new JsonException($"{what} is no text.");
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException($"{what} is no well-formed text.", exception);
        }
    }

    public static string RequiredText(this JsonElement element, string name, string what) => element.Required(name, what).Text($"'{name}' of {what}");

    public static string? OptionalText(this JsonElement element, string name, string what) => element.Optional(name)?.Text($"'{name}' of {what}");

    public static bool Boolean(this JsonElement element, string what) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new JsonException($"{what} is neither true nor false."),
    };

    public static long WholeNumber(this JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) ? number : throw new JsonException($"{what} is no whole number.");

    /// <summary>The one text that stands for these bytes (RFC 4648, sections 3.5 and 4): no white space, no missing padding, no stray bits.</summary>
    public static byte[] Base64(this JsonElement element, string what)
    {
        var text = element.Text(what);
        return element.TryGetBytesFromBase64(out var bytes) && Convert.ToBase64String(bytes) == text
            ? bytes
            : throw new JsonException($"{what} is no canonical base64.");
    }

    /// <summary>The name of a member, which may be no well-formed text.</summary>
    public static string Name(JsonProperty property, string what)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException($"{what} has a member whose name is no well-formed text.", exception);
        }
    }

    private const int MaximumDepth = 32;

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = MaximumDepth,
    };
}
