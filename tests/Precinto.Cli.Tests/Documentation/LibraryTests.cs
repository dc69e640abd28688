using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Precinto.Inspection;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Cli.Tests.Documentation;

/// <summary>The snippets name their files relative to the working folder, so they run one after another.</summary>
[Collection(WorkingFolder.Name)]
public sealed class LibraryTests
{
    [Fact]
    public void The_page_shows_exactly_the_snippets_that_are_compiled()
    {
        var shown = MarkdownPage.Read("docs/library.md").Blocks.Select(block => string.Join('\n', block.Lines));

        Assert.Equal(ReadSnippets().OrderBy(Order).Select(snippet => snippet.Value), shown);
    }

    [Fact]
    public async Task The_snippets_do_what_the_page_says()
    {
        using TemporaryFolder folder = new();
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = folder.Path;
        try
        {
            using var key = SigningKey.Generate(EllipticCurve.P256);
            folder.Write("keys/release.key", key.ToPem(null));
            folder.Write("trust/release.pub", key.PublicKey.ToPem());
            folder.Write("trust/policy.json", """{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "release.pub" } ] }""");
            folder.Write("iris/model.onnx", Cli.Resources.Read("linear.onnx"));

            Assert.Equal("iris", (await Snippets.SignAsync("iris")).Record.Name);
            Assert.Equal(Verdict.Trusted, await Snippets.VerifyAsync("iris", TextWriter.Null, TestContext.Current.CancellationToken));
            var verifier = Snippets.WithPolicyFile();
            Assert.Equal(CheckOutcome.Passed, (await Snippets.ExpectAsync(verifier, "iris"))[CheckName.Identity].Outcome);
            Assert.NotNull(await Snippets.PredictAsync(verifier, "iris"));
            using (var report = new Sealed(await verifier.VerifyAndSealAsync("iris", cancellation: TestContext.Current.CancellationToken)))
                Assert.Equal(Cli.Resources.Read("linear.onnx"), Snippets.Bytes(report.Model));

            folder.Write("trust/authority.pem", MakeAuthority());
            Assert.Contains("SIG003", (await Snippets.WithAuthority().VerifyAsync("iris", cancellation: TestContext.Current.CancellationToken))[CheckName.Signature].Codes);

            folder.Write("iris/model.onnx", [.. Cli.Resources.Read("linear.onnx"), 0]);
            StringWriter log = new();
            Assert.Equal(Verdict.Rejected, await Snippets.VerifyAsync("iris", log, TestContext.Current.CancellationToken));
            Assert.Contains("Integrity: INT006 INT001", log.ToString(), StringComparison.Ordinal);
            Assert.Null(await Snippets.PredictAsync(verifier, "iris"));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public void The_snippet_on_inspection_tells_of_a_payload()
    {
        StringWriter log = new();

        Assert.Equal(InspectionVerdict.Clean, Snippets.Inspect(Cli.Resources.Read("decision-tree.pkl"), log).Verdict);
        Assert.Empty(log.ToString());
        Assert.Equal(InspectionVerdict.Dangerous, Snippets.Inspect("cos\nsystem\n(S'id'\ntR."u8.ToArray(), log).Verdict);
        Assert.StartsWith("PKL101 Danger at 0", log.ToString(), StringComparison.Ordinal);
    }

    private static string MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return certificate.ExportCertificatePem();
    }

    // The order of the page.
    private static int Order(KeyValuePair<string, string> snippet) =>
        Array.IndexOf(["usings", "verify", "policy", "expect", "predict", "sealed", "sign", "authority", "inspect"], snippet.Key);

    private static Dictionary<string, string> ReadSnippets()
    {
        Dictionary<string, string> snippets = [];
        List<string>? open = null;
        foreach (var line in Repository.Read("tests/Precinto.Cli.Tests/Documentation/Snippets.cs").Split('\n'))
        {
            var words = line.Trim().Split(' ');
            if (words is ["//", "begin", _])
            {
                open = [];
            }
            else if (words is ["//", "end", var name])
            {
                var indent = open!.Where(text => text.Length > 0).Min(text => text.Length - text.TrimStart().Length);
                snippets.Add(name, string.Join('\n', open!.Select(text => text.Length > 0 ? text[indent..] : text)));
                open = null;
            }
            else
            {
                open?.Add(line);
            }
        }

        return snippets;
    }

    private sealed class Sealed(VerificationReport report) : IDisposable
    {
        public SealedModel Model { get; } = report.TryGetSealed(out var model) ? model : throw new InvalidOperationException("It was rejected.");

        public void Dispose() => Model.Dispose();
    }
}
