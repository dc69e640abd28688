using System.Globalization;

namespace Precinto.Conformance;

/// <summary>The options of a command: each a name with a value, in any order; some may stand there several times.</summary>
internal sealed class AdapterArguments
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _flags = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">An option is not known, or lacks its value.</exception>
    public AdapterArguments(string[] arguments)
    {
        for (var index = 0; index < arguments.Length; index++)
        {
            var name = arguments[index];
            if (Flags.Contains(name))
            {
                _flags.Add(name);
                continue;
            }

            // An option that is passed over could have made the answer another one.
            if (!Names.Contains(name))
                throw new ArgumentException($"{name} is not known.");
            if (++index == arguments.Length)
                throw new ArgumentException($"{name} lacks its value.");
            if (!_values.TryGetValue(name, out var values))
                _values.Add(name, values = []);
            values.Add(arguments[index]);
        }
    }

    public static IReadOnlyList<string> OptionalNames { get; } = ["--hash-algorithm", "--shard-size"];

    public bool Has(string flag) => _flags.Contains(flag);

    public IReadOnlyList<string> All(string name) => _values.TryGetValue(name, out var values) ? values : [];

    /// <exception cref="ArgumentException">It stands there several times.</exception>
    public string? Optional(string name) => All(name) switch
    {
        [] => null,
        [var only] => only,
        _ => throw new ArgumentException($"{name} stands there twice."),
    };

    /// <exception cref="ArgumentException">It is missing.</exception>
    public string Required(string name) => Optional(name) ?? throw new ArgumentException($"{name} is missing.");

    /// <exception cref="ArgumentException">It is no positive number.</exception>
    public long? Number(string name) => Optional(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw new ArgumentException($"{name} {text} is no positive number.");

    /// <summary>The paths that are left out, relative to the model; what lies elsewhere is no part of it anyway.</summary>
    public IReadOnlyList<string> IgnoredPaths(string model) => !Directory.Exists(model) ? []
        : [.. All("--ignore-paths").Select(path => Path.GetRelativePath(model, Path.Combine(model, path)))
            .Where(path => path != "." && !path.StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(path))];

    private static readonly HashSet<string> Flags = ["--ignore-unsigned-files", "--use-staging"];

    private static readonly HashSet<string> Names =
    [
        "--method", "--model-path", "--output-bundle", "--private-key", "--signing-cert", "--cert-chain", "--ignore-paths", "--identity-token", "--bundle", "--public-key",
        "--identity", "--identity-provider", "--operation", "--repeat", "--hash-algorithm", "--shard-size", "--chunk-size", "--max-workers",
    ];
}
