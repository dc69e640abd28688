using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Precinto.Cli.Tests.Documentation;
using Precinto.Tests.Shared;
using Precinto.Trust;
using Xunit;

namespace Precinto.Cli.Tests.Deployment;

/// <summary>What deploy/kubernetes promises, read from the files as a YAML parser reads them.</summary>
public sealed partial class KubernetesTests
{
    [Fact]
    public async Task Every_object_is_in_the_restricted_namespace()
    {
        var objects = await ReadAsync();
        var space = Assert.Single(objects, one => Text(one, "kind") == "Namespace");
        Assert.Equal("restricted", Text(space, "metadata", "labels", "pod-security.kubernetes.io/enforce"));
        foreach (var one in objects.Where(one => one != space))
            Assert.Equal(Text(space, "metadata", "name"), Text(one, "metadata", "namespace"));
    }

    [Fact]
    public async Task No_pod_has_more_than_it_needs()
    {
        var pods = PodsOf(await ReadAsync());
        Assert.Equal(2, pods.Count);
        foreach (var (_, spec) in pods)
        {
            Assert.Equal("false", Text(spec, "automountServiceAccountToken"));
            Assert.Equal("true", Text(spec, "securityContext", "runAsNonRoot"));
            Assert.Equal("65532", Text(spec, "securityContext", "runAsUser"));
            Assert.Equal("RuntimeDefault", Text(spec, "securityContext", "seccompProfile", "type"));
            foreach (var weakening in new[] { "hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace" })
                Assert.Null(spec[weakening]);
            foreach (var container in ContainersOf(spec))
            {
                var context = container["securityContext"]!;
                Assert.Equal(("false", "true"), (Text(context, "allowPrivilegeEscalation"), Text(context, "readOnlyRootFilesystem")));
                Assert.Equal("""{"drop":["ALL"]}""", context["capabilities"]!.ToJsonString());
                foreach (var weakening in new[] { "privileged", "runAsUser", "runAsNonRoot", "seccompProfile", "procMount" })
                    Assert.Null(context[weakening]);
                foreach (var kind in new[] { "requests", "limits" })
                    Assert.Equal(["cpu", "memory"], container["resources"]![kind]!.AsObject().Select(one => one.Key));
            }
        }
    }

    [Fact]
    public async Task Models_and_keys_are_mounted_so_that_nobody_in_the_pod_can_write_them()
    {
        foreach (var (_, spec) in PodsOf(await ReadAsync()))
        {
            foreach (var mount in ContainersOf(spec).SelectMany(container => container["volumeMounts"]!.AsArray()))
                Assert.Equal("true", Text(mount!, "readOnly"));
            var volumes = spec["volumes"]!.AsArray();
            Assert.Equal(["model", "trust"], volumes.Select(volume => Text(volume!, "name")));
            Assert.Equal("true", Text(volumes[0]!, "persistentVolumeClaim", "readOnly"));
            Assert.Equal("precinto-trust-1", Text(volumes[1]!, "configMap", "name"));
        }
    }

    [Fact]
    public async Task No_container_starts_before_its_image_is_named_by_digest()
    {
        foreach (var image in PodsOf(await ReadAsync()).SelectMany(pod => ContainersOf(pod.Spec)).Select(container => Text(container, "image")))
        {
            Assert.Contains("@sha256:", image, StringComparison.Ordinal);
            Assert.DoesNotMatch(Reference(), image!);
        }
    }

    [Fact]
    public async Task The_verifier_runs_what_its_image_says_and_is_only_made_stricter()
    {
        var root = CommandLine.Create(new() { Output = TextWriter.Null, Error = TextWriter.Null, Input = Stream.Null, Variable = _ => null });
        foreach (var (_, spec) in PodsOf(await ReadAsync()))
        {
            var verifier = Assert.Single(ContainersOf(spec), container => Text(container, "name") == "verify");
            foreach (var absent in new[] { "command", "env", "envFrom", "lifecycle" })
                Assert.Null(verifier[absent]);
            var arguments = verifier["args"]!.AsArray().Select(argument => (string)argument!).ToList();
            Assert.All(arguments.Where(argument => argument.StartsWith('-')), argument => Assert.StartsWith("--expect", argument, StringComparison.Ordinal));
            Assert.Empty(root.Parse(["verify", "/model", "--trust", "/trust", .. arguments]).Errors);
            Assert.Equal(["/model", "/trust"], verifier["volumeMounts"]!.AsArray().Select(mount => Text(mount!, "mountPath")));
        }
    }

    [Fact]
    public async Task The_job_fails_at_the_first_rejection()
    {
        var job = Assert.Single(await ReadAsync(), one => Text(one, "kind") == "Job");
        Assert.Equal("0", Text(job, "spec", "backoffLimit"));
        Assert.Equal("Never", Text(job, "spec", "template", "spec", "restartPolicy"));
    }

    [Fact]
    public async Task The_server_starts_after_the_verifier_on_the_same_volume_and_never_sees_the_keys()
    {
        var deployment = Assert.Single(await ReadAsync(), one => Text(one, "kind") == "Deployment");
        var spec = deployment["spec"]!["template"]!["spec"]!;
        var verifier = Assert.Single(spec["initContainers"]!.AsArray())!;

        // With a restart policy of its own it would be a sidecar, which nothing waits for.
        Assert.Null(verifier["restartPolicy"]);
        var server = Assert.Single(spec["containers"]!.AsArray())!;
        Assert.Equal(["model"], server["volumeMounts"]!.AsArray().Select(mount => Text(mount!, "name")));
    }

    [Fact]
    public async Task The_keys_cannot_be_changed_and_are_none_before_they_are_filled_in()
    {
        var map = Assert.Single(await ReadAsync(), one => Text(one, "kind") == "ConfigMap");
        Assert.Equal("true", Text(map, "immutable"));
        var entry = Assert.Single(map["data"]!.AsObject());
        Assert.Equal("author.pub", entry.Key);
        using TemporaryFolder folder = new();
        var file = folder.Write(entry.Key, (string)entry.Value!);
        Assert.Throws<PolicyException>(() => PolicyDocument.LoadKey(file));
    }

    [Fact]
    public async Task The_workload_has_no_rights()
    {
        var objects = await ReadAsync();
        Assert.DoesNotContain(objects, one => Text(one, "kind")!.EndsWith("Binding", StringComparison.Ordinal));
        Assert.DoesNotContain(objects, one => Text(one, "kind") is "ClusterRole");
        var account = Assert.Single(objects, one => Text(one, "kind") == "ServiceAccount");
        Assert.Equal("false", Text(account, "automountServiceAccountToken"));
        Assert.All(PodsOf(objects), pod => Assert.Equal(Text(account, "metadata", "name"), Text(pod.Spec, "serviceAccountName")));
        var role = Assert.Single(objects, one => Text(one, "kind") == "Role");
        foreach (var rule in role["rules"]!.AsArray())
        {
            Assert.Equal("""["configmaps"]""", rule!["resources"]!.ToJsonString());
            var verbs = rule["verbs"]!.AsArray().Select(verb => (string)verb!).ToList();
            Assert.True(verbs is ["create"] || rule["resourceNames"] is not null, rule.ToJsonString());
            Assert.DoesNotContain(verbs, verb => verb is "*" or "update" or "patch");
        }
    }

    /// <remarks>Whoever keeps the keys must be able to take the old ones away, and the name stands in several files.</remarks>
    [Fact]
    public async Task The_keys_that_are_mounted_are_those_that_are_made_and_that_their_keeper_may_delete()
    {
        var objects = await ReadAsync();
        var name = Text(Assert.Single(objects, one => Text(one, "kind") == "ConfigMap"), "metadata", "name");
        Assert.All(PodsOf(objects), pod => Assert.Equal(name, Text(pod.Spec["volumes"]![1]!, "configMap", "name")));
        var rules = Assert.Single(objects, one => Text(one, "kind") == "Role")["rules"]!.AsArray();
        var named = Assert.Single(rules, rule => rule!["resourceNames"] is not null)!;
        Assert.Equal($"[\"{name}\"]", named["resourceNames"]!.ToJsonString());
        Assert.Contains("delete", named["verbs"]!.AsArray().Select(verb => (string)verb!));
    }

    [Fact]
    public async Task No_pod_reaches_the_network()
    {
        var objects = await ReadAsync();
        var policies = objects.Where(one => Text(one, "kind") == "NetworkPolicy").ToList();
        foreach (var (labels, _) in PodsOf(objects))
        {
            var policy = Assert.Single(policies, policy => policy["spec"]!["podSelector"]!["matchLabels"]!.ToJsonString() == labels);
            Assert.Equal("""["Ingress","Egress"]""", policy["spec"]!["policyTypes"]!.ToJsonString());
            Assert.Null(policy["spec"]!["egress"]);
        }
    }

    [Fact]
    public void The_page_names_every_file()
    {
        var rows = Repository.Read("docs/kubernetes.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
        Assert.Equal(Directory.GetFiles(Repository.PathOf("deploy/kubernetes")).Select(Path.GetFileName).Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    // Any YAML parser but one of ours: what it reads is what a cluster reads.
    private static async Task<List<JsonNode>> ReadAsync()
    {
        if (!Tools.Exists("python3"))
            Assert.Skip("python3 is not installed.");
        const string script = """
            import glob, json, sys
            try:
                import yaml
            except ImportError:
                sys.exit(77)
            class Loader(yaml.SafeLoader): pass
            print(json.dumps([document for path in sorted(glob.glob(sys.argv[1] + "/*.yaml")) for document in yaml.load_all(open(path), Loader)]))
            """;
        var answer = await CommandProcess.RunAsync("python3", ["-c", script, Repository.PathOf("deploy/kubernetes")], Repository.Root);
        if (answer.Code == 77)
            Assert.Skip("python3-yaml is not installed.");
        Assert.True(answer.Code == 0, answer.Error);
        return [.. JsonNode.Parse(answer.Output)!.AsArray().Select(one => one!)];
    }

    private static List<(string Labels, JsonNode Spec)> PodsOf(List<JsonNode> objects) =>
        [.. objects.Select(one => one["spec"]?["template"]).OfType<JsonNode>().Select(template => (template["metadata"]!["labels"]!.ToJsonString(), template["spec"]!))];

    private static IEnumerable<JsonNode> ContainersOf(JsonNode spec) =>
        new[] { "initContainers", "containers" }.SelectMany(kind => spec[kind]?.AsArray() ?? []).Select(container => container!);

    private static string? Text(JsonNode node, params string[] path) =>
        path.Aggregate<string, JsonNode?>(node, (current, name) => current?[name])?.ToJsonString().Trim('"');

    // https://github.com/opencontainers/image-spec, "Digests": sha256 is 64 hexadecimal digits.
    [GeneratedRegex("@sha256:[0-9a-f]{64}$")]
    private static partial Regex Reference();
}
