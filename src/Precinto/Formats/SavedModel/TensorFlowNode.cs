namespace Precinto.Formats.SavedModel;

/// <summary>A node of a graph or of a function, with what a judgement needs of it. Its lists take memory only where it has any.</summary>
internal sealed class TensorFlowNode
{
    private List<string>? _inputs;
    private List<string>? _functions;
    private List<KeyValuePair<string, string>>? _settings;

    public string Name { get; set; } = "";

    public string Operator { get; set; } = "";

    public long Position { get; init; }

    public IReadOnlyList<string> Inputs => _inputs ?? [];

    /// <summary>Functions that the node calls.</summary>
    public IReadOnlyList<string> Functions => _functions ?? [];

    /// <summary>The attributes of text that are paths with some operator.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings => _settings ?? [];

    /// <summary>The first text of a constant that is not empty.</summary>
    public string? Text { get; private set; }

    /// <summary>The first text of a constant that leads out of a model's folder.</summary>
    public string? Outside { get; private set; }

    /// <summary>Whether a text cannot be judged by itself: with its neighbour it may become a way out, or it was not read.</summary>
    public bool IsPartial { get; private set; }

    public long Type { get; set; }

    public IReadOnlyList<long?>? Shape { get; set; }

    /// <summary>The number of elements of a constant of numbers.</summary>
    public long Elements { get; set; }

    /// <summary>Where the module lies that XlaCallModule runs.</summary>
    public (long Start, long Length)? Module { get; set; }

    /// <summary>How large a constant is, and its numbers where they are few.</summary>
    public KnownValue? Value { get; set; }

    /// <summary>The whole number of the attribute that says along which axis.</summary>
    public long? Axis { get; set; }

    public void AddInput(string input) => (_inputs ??= []).Add(input);

    public void AddFunction(string function) => (_functions ??= []).Add(function);

    public void AddSetting(string key, string text) => (_settings ??= []).Add(new(key, text));

    public void AddText(string text)
    {
        if (text.Length == 0)
            return;
        Text ??= text;
        if (Outside is null && TensorFlowPaths.LeadsOutside(text))
            Outside = text;
        // Joined, "." and "./x" lead out, and so do "C" and ":/x".
        IsPartial |= text.EndsWith('.') || text.StartsWith(':');
    }

    /// <summary>Notes that the node makes a text of its own which was not read.</summary>
    public void AddUnread() => IsPartial = true;
}
