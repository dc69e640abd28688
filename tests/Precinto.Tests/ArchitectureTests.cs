using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Precinto.Tests;

/// <summary>The house: who may use whom, and what no file may be called or hold.</summary>
public sealed partial class ArchitectureTests
{
    // From the ground up: a part uses what stands before it here, never what stands behind it.
    private static readonly string[] Areas = ["Digests", "Files", "Formats", "Inspection", "Manifests", "Scans", "Signatures", "Attestations", "Trust", "Verification"];

    private static readonly string[] Projects =
        ["Precinto", "Precinto.Inference", "Precinto.Attacks", "Precinto.MLNet", "Precinto.AspNetCore", "Precinto.Cli"];

    // Formats write findings and facts, whose plain types stand with the inspection; they never start one.
    private static readonly string[] TypesForFormats =
    [
        "Finding", "FindingRule", "FindingSeverity", "HeldBytes", "InspectionContext", "InspectionLimits", "InspectionRules", "ModelFacts", "ScalarKind",
        "ScalarValue", "TensorFact",
    ];

    // What the library may bring along: curves that the framework lacks.
    private static readonly string[] Packages = ["BouncyCastle.Cryptography"];

    [Fact]
    public void Every_folder_of_the_library_is_an_area() =>
        Assert.Equal(Areas.Order(), Directory.GetDirectories(Source("Precinto")).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj")).Order());

    [Fact]
    public void A_part_uses_only_what_stands_below_it()
    {
        List<string> wrong = [];
        foreach (var (path, code) in SourcesOf("Precinto"))
        {
            var own = Array.IndexOf(Areas, path.Split('/')[1]);
            foreach (Match reference in AreaReference().Matches(code))
            {
                var used = Array.IndexOf(Areas, reference.Groups["area"].Value);
                var isAllowed = used <= own || (Areas[own] == "Formats" && Areas[used] == "Inspection");
                if (!isAllowed)
                    wrong.Add($"{path} uses {reference.Value.Trim()}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Formats_use_the_plain_types_of_the_inspection_only()
    {
        var folder = Path.Combine(Source("Precinto"), "Inspection");
        var declared = Directory.GetFiles(folder, "*.cs").SelectMany(file => DeclaredType().Matches(CodeOf(file)).Select(match => match.Groups["name"].Value));
        var forbidden = declared.Except(TypesForFormats).ToHashSet();
        Assert.Contains("Inspector", forbidden);

        var wrong = SourcesOf("Precinto").Where(source => source.Path.Split('/')[1] == "Formats")
            .SelectMany(source => Word().Matches(source.Code).Select(match => match.Value).Where(forbidden.Contains).Select(name => $"{source.Path} uses {name}"));

        Assert.Empty(wrong);
    }

    [Fact]
    public void A_project_references_only_those_below_it()
    {
        List<string> wrong = [];
        foreach (var folder in Directory.GetDirectories(Source()))
        {
            var name = Path.GetFileName(folder);
            var own = Array.IndexOf(Projects, name);
            Assert.True(own >= 0, $"{name} has no place in the house.");
            wrong.AddRange(Included(name, "ProjectReference")
                .Where(used => Array.IndexOf(Projects, Path.GetFileNameWithoutExtension(used)) is var level && (level < 0 || level >= own))
                .Select(used => $"{name} references {used}"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_library_depends_on_little() => Assert.Empty(Included("Precinto", "PackageReference").Except(Packages));

    [Fact]
    public void Training_is_left_to_the_command()
    {
        // ML.NET needs a just-in-time compiler: a gate that references it can no longer be one native binary.
        foreach (var name in new[] { "Precinto", "Precinto.Inference", "Precinto.Attacks" })
            Assert.DoesNotContain(Included(name, "PackageReference"), package => package is "Microsoft.ML" or "Microsoft.ML.FastTree");
    }

    [Fact]
    public void A_file_is_named_for_what_it_holds() =>
        Assert.DoesNotContain(Sources(), source => EmptyWord().IsMatch(Path.GetFileNameWithoutExtension(source.Path)));

    [Fact]
    public void No_file_has_400_lines() =>
        Assert.DoesNotContain(Sources(), source => File.ReadLines(Source(source.Path)).Count() >= 400);

    [Fact]
    public void A_name_never_becomes_a_type() =>
        Assert.DoesNotContain(Sources(), source => source.Code.Contains("Type.GetType(", StringComparison.Ordinal));

    private static string[] Included(string project, string item) =>
        [.. XDocument.Load(Path.Combine(Source(project), project + ".csproj")).Descendants(item).Select(element => element.Attribute("Include")!.Value.Replace('\\', '/'))];

    private static IEnumerable<(string Path, string Code)> Sources() =>
        Directory.GetDirectories(Source()).SelectMany(folder => SourcesOf(Path.GetFileName(folder)));

    private static IEnumerable<(string Path, string Code)> SourcesOf(string project) =>
        Directory.GetFiles(Source(project), "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(Source(), file).Replace('\\', '/'), file))
            .Where(source => source.Path.Split('/')[1] is not ("bin" or "obj"))
            .Select(source => (source.Path, CodeOf(source.file)));

    // Comments may point anywhere.
    private static string CodeOf(string file) => string.Join('\n', File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));

    private static string Source(string path = "")
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Precinto.slnx")))
                return Path.Combine(folder.FullName, "src", path);
        }

        Assert.Skip("The sources are absent.");
        return "";
    }

    // With or without the name of the library before it; behind a dot or a letter it is a member of something else.
    [GeneratedRegex(@"(?:\bPrecinto\.|(?<![\w.""]))(?<area>Digests|Files|Formats|Inspection|Manifests|Scans|Signatures|Attestations|Trust|Verification)(?:\.[A-Z]|;)")]
    private static partial Regex AreaReference();

    [GeneratedRegex(@"\b(?:class|struct|record|enum|delegate)\s+(?<name>[A-Z]\w*)")]
    private static partial Regex DeclaredType();

    [GeneratedRegex(@"\b[A-Z]\w*")]
    private static partial Regex Word();

    [GeneratedRegex("(?:Utils?|Utilities|Helpers?|Manager|Service|Common|Base|Impl)$")]
    private static partial Regex EmptyWord();
}
