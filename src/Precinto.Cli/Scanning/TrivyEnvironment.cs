namespace Precinto.Cli.Scanning;

/// <summary>
/// The variables that Trivy gets. Each of its options can also be set by a variable, so that one left over from another step
/// (<c>TRIVY_SEVERITY</c>, <c>TRIVY_IGNOREFILE</c>, <c>TRIVY_SKIP_DIRS</c>) could hide findings; only what it needs to find images, its cache and its
/// database, and the way to the network, is passed on.
/// </summary>
internal static class TrivyEnvironment
{
    public static void Apply(IDictionary<string, string?> environment, Surroundings surroundings, bool isOffline)
    {
        environment.Clear();
        foreach (var name in Passed)
            if (surroundings.Variable(name) is { } value)
                environment[name] = value;

        // Helpers for credentials are looked for there, and from where Trivy works.
        environment["PATH"] = string.Join(Path.PathSeparator, SearchPath.FoldersThatNobodyElseFills(surroundings));

        // As variables, since versions that do not know one pass over it.
        environment["TRIVY_DISABLE_TELEMETRY"] = "true";
        environment["TRIVY_SKIP_VERSION_CHECK"] = "true";
        if (!isOffline)
            return;
        foreach (var name in Offline)
            environment[name] = "true";
    }

    private static readonly string[] Passed =
    [
        // The configuration of docker and podman, the cache.
        "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "TMPDIR", "DOCKER_CONFIG", "DOCKER_HOST", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY",
        "CONTAINERD_ADDRESS", "REGISTRY_AUTH_FILE", "SYSTEMROOT", "USERPROFILE", "LOCALAPPDATA", "TEMP",

        // The network.
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",

        // Where its data lie, and who asks for them.
        "TRIVY_CACHE_DIR", "TRIVY_DB_REPOSITORY", "TRIVY_JAVA_DB_REPOSITORY", "TRIVY_CHECKS_BUNDLE_REPOSITORY", "TRIVY_USERNAME", "TRIVY_PASSWORD", "TRIVY_REGISTRY_TOKEN",
    ];

    private static readonly string[] Offline = ["TRIVY_SKIP_DB_UPDATE", "TRIVY_SKIP_JAVA_DB_UPDATE", "TRIVY_SKIP_CHECK_UPDATE", "TRIVY_OFFLINE_SCAN"];
}
