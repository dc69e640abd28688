using Precinto.Cli.Tests.Documentation;
using Precinto.Tests.Shared;

namespace Precinto.Cli.Tests.Scanning;

/// <summary>
/// A script that stands where Trivy would: it notes down how it was called and does what a test tells it to. <c>report</c> writes the sample, about what was asked for.
/// </summary>
internal sealed class StandInTrivy
{
    private readonly TemporaryFolder _folder;

    public StandInTrivy(TemporaryFolder folder, string scan, string version = "0.69.3", string? database = "2026-05-31T06:00:00Z", string versionScript = "")
    {
        _folder = folder;
        Path = folder.Write("bin/trivy", $$"""
            #!/bin/sh
            here='{{folder.Path}}'
            if [ "$1" = version ]; then
              {{versionScript}}
              printf '{"Version":"{{version}}"{{(database is null ? "" : $",\"VulnerabilityDB\":{{\"Version\":2,\"UpdatedAt\":\"{database}\"}}")}}}\n'
              exit 0
            fi
            for last; do :; done
            case "$1" in filesystem) type=filesystem ;; sbom) type=cyclonedx ;; *) type=container_image ;; esac
            report() {
              sed -e "s|\"ArtifactName\": .*|\"ArtifactName\": \"$last\",|" -e "s|\"ArtifactType\": .*|\"ArtifactType\": \"$type\",|" '{{Repository.PathOf("samples/trivy/report.json")}}'
            }
            printf '%s\n' "$@" > "$here/arguments"
            env > "$here/environment"
            pwd > "$here/worked-in"
            ls -A > "$here/lay-there"
            {{scan}}
            """.Replace("\r\n", "\n", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Path { get; }

    public string[] Arguments => File.ReadAllLines(_folder["arguments"]);

    public string[] Variables => [.. File.ReadAllLines(_folder["environment"]).Select(line => line.Split('=')[0])];

    public string WorkedIn => File.ReadAllText(_folder["worked-in"]).Trim();

    public string LayThere => File.ReadAllText(_folder["lay-there"]).Trim();

    public bool WasRun => File.Exists(_folder["arguments"]);
}
