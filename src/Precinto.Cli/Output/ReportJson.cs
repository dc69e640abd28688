using System.Text.Json;
using Precinto.Verification;

namespace Precinto.Cli.Output;

/// <summary>A verification report as <c>precinto.report/v1</c>.</summary>
internal static class ReportJson
{
    public static void Write(TextWriter output, VerificationReport report) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", "precinto.report/v1");
        writer.WriteModel(report);
        writer.WriteString("verdict", ReportText.NameOf(report.Verdict));
        writer.WriteStartArray("checks");
        foreach (var check in report.Checks)
            WriteCheck(writer, check);
        writer.WriteEndArray();
        writer.WriteStartArray("signers");
        foreach (var signer in report.Signers)
            WriteSigner(writer, signer);
        writer.WriteEndArray();
        writer.WriteStartArray("attestations");
        foreach (var attestation in report.Attestations)
            WriteAttestation(writer, attestation);
        writer.WriteEndArray();
        writer.WriteFacts("facts", report.Facts);
        writer.WriteStartArray("findings");
        foreach (var inspection in report.Inspections)
            foreach (var finding in inspection.Findings)
                writer.WriteFinding(finding, inspection.Path);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>The member <c>model</c>: which model the document is about.</summary>
    public static void WriteModel(this Utf8JsonWriter writer, VerificationReport report)
    {
        writer.WriteStartObject("model");
        writer.WriteData("path", report.ModelPath);
        writer.WriteData("name", report.Name);
        writer.WriteData("version", report.Version);
        writer.WriteString("digest", report.Digest?.ToString());
        writer.WriteEndObject();
    }

    private static void WriteCheck(Utf8JsonWriter writer, Check check)
    {
        writer.WriteStartObject();
        writer.WriteString("name", ReportText.NameOf(check.Name));
        writer.WriteString("outcome", ReportText.NameOf(check.Outcome));
        writer.WriteString("enforcement", ReportText.NameOf(check.Enforcement));
        writer.WriteStartArray("codes");
        foreach (var code in check.Codes)
            writer.WriteStringValue(code);
        writer.WriteEndArray();
        writer.WriteProse("detail", check.Detail);
        writer.WriteEndObject();
    }

    private static void WriteSigner(Utf8JsonWriter writer, Signer signer)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", signer.Kind);
        writer.WriteData("identity", signer.Identity);
        writer.WriteTime("signedAt", signer.SignedAt);
        writer.WriteBoolean("trusted", signer.IsTrusted);
        writer.WriteEndObject();
    }

    private static void WriteAttestation(Utf8JsonWriter writer, FoundAttestation attestation)
    {
        writer.WriteStartObject();
        writer.WriteString("type", attestation.Kind);
        writer.WriteData("source", attestation.Source);
        writer.WriteData("attester", attestation.Attester);
        writer.WriteBoolean("trusted", attestation.IsTrusted);
        writer.WriteBoolean("aboutModel", attestation.IsAboutModel);
        writer.WriteData("statedBy", attestation.StatedBy);
        writer.WriteTime("statedAt", attestation.StatedAt);
        writer.WriteString("result", attestation.IsPassed switch { true => "passed", false => "failed", _ => null });
        writer.WriteEndObject();
    }
}
