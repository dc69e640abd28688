// begin usings
using Precinto.Files;
using Precinto.Inference;
using Precinto.Inspection;
using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Trust;
using Precinto.Verification;
// end usings

namespace Precinto.Cli.Tests.Documentation;

/// <summary>What docs/library.md shows, between its marks; <see cref="LibraryTests"/> runs it and compares the page.</summary>
internal static class Snippets
{
    public static async Task<Verdict> VerifyAsync(string model, TextWriter log, CancellationToken cancellation)
    {
        // begin verify
        TrustPolicy policy = new() { Signers = [PolicyDocument.LoadKey("trust/release.pub")] };
        Verifier verifier = new(policy);
        VerificationReport report = await verifier.VerifyAsync(model, cancellation: cancellation);
        if (report.Verdict != Verdict.Trusted)
        {
            foreach (Check check in report.Checks.Where(check => check.Outcome == CheckOutcome.Failed))
                log.WriteLine($"{check.Name}: {string.Join(' ', check.Codes)}");
        }
        // end verify

        return report.Verdict;
    }

    public static Verifier WithPolicyFile()
    {
        // begin policy
        Verifier verifier = new(PolicyDocument.Load("trust/policy.json"));
        // end policy
        return verifier;
    }

    public static async Task<VerificationReport> ExpectAsync(Verifier verifier, string model)
    {
        // begin expect
        Expectations expectations = new() { Name = "iris", AllowedFormats = ["onnx"] };
        VerificationReport report = await verifier.VerifyAsync(model, expectations);
        // end expect
        return report;
    }

    public static async Task<ScalarValue?> PredictAsync(Verifier verifier, string path)
    {
        // begin predict
        VerificationReport report = await verifier.VerifyAndSealAsync(path);
        if (!report.TryGetSealed(out SealedModel? model))
            return null;

        using (model)
        {
            using Predictor predictor = ModelPredictor.Load(model);
            InputTable rows = new(null, [[ScalarValue.From(5.1), ScalarValue.From(3.5), ScalarValue.From(1.4), ScalarValue.From(0.2)]]);
            return predictor.Predict(rows).Values[0];
        }
        // end predict
    }

    public static byte[]? Bytes(SealedModel model)
    {
        // begin sealed
        byte[]? bytes = model.TryGetFile("model.onnx", out ModelContent? content) ? content.ToArray() : null;
        // end sealed
        return bytes;
    }

    public static async Task<SigningResult> SignAsync(string model)
    {
        // begin sign
        using SigningKey key = SigningKey.ParsePem(File.ReadAllText("keys/release.key"), password: null);
        SigningOptions options = new() { Key = key, Name = "iris", Version = "1.0.0" };
        SigningResult result = await ModelSigner.SignAsync(model, options);
        // end sign
        return result;
    }

    public static Verifier WithAuthority()
    {
        // begin authority
        Verifier verifier = new(new() { Signers = [PolicyDocument.LoadAuthority(["trust/authority.pem"], "ana@example.org")] });
        // end authority
        return verifier;
    }

    public static FileInspection Inspect(byte[] bytes, TextWriter log)
    {
        // begin inspect
        using ModelContent content = ModelContent.FromBytes(bytes);
        FileInspection inspection = Inspector.Inspect(content, "model.pkl");
        if (inspection.Verdict != InspectionVerdict.Clean)
        {
            foreach (Finding finding in inspection.Findings)
                log.WriteLine($"{finding.Code} {finding.Severity} at {finding.Offset}");
        }
        // end inspect

        return inspection;
    }
}
