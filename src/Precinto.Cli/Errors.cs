using System.Security;
using Precinto.Attacks;
using Precinto.Cli.Output;
using Precinto.Cli.Scanning;
using Precinto.Files;
using Precinto.Formats;
using Precinto.Inference;
using Precinto.Scans;
using Precinto.Signatures;
using Precinto.Signatures.OpenPgp;
using Precinto.Signatures.Pkcs11;
using Precinto.Trust;

namespace Precinto.Cli;

/// <summary>What an exception means for the caller: which exit code, and which line.</summary>
internal static class Errors
{
    public static (ExitCode Code, string Line) Explain(Exception exception) => exception switch
    {
        UsageException => (ExitCode.Usage, Line(exception.Message)),
        OutputExistsException exists => (ExitCode.Usage, $"{Escaping.Escape(exists.Path)} exists already; nothing is overwritten without --force"),
        MalformedSignatureException or PolicyException or ScanPolicyException or PredictionException { Fault: PredictionFault.Input } => (ExitCode.Usage, Line(exception.Message)),

        // The command was right and the model is not: that is a refusal, and no wrong use.
        PredictionException => (ExitCode.Rejected, $"no prediction: {Line(exception.Message)}"),
        OpenPgpKeyException { Problem: OpenPgpKeyProblem.PasswordNeeded } =>
            (ExitCode.Usage, $"{Line(exception.Message)}: name the file that holds it with --password-file"),
        OpenPgpKeyException => (ExitCode.Usage, Line(exception.Message)),
#if MLNET
        MLNet.TrainingDataException => (ExitCode.Usage, Line(exception.Message)),
#endif
        SigningRefusedException refused => (ExitCode.Rejected, "not signed: " + string.Join("; ", refused.Reasons.Select(Escaping.Escape))),
        IrregularModelException irregular => (ExitCode.Rejected, Describe(irregular)),
        ModelChangedException or MalformedModelException or AttackException => (ExitCode.Rejected, Line(exception.Message)),
        FileNotFoundException { FileName: { } name } => (ExitCode.WorldFailed, $"{Escaping.Escape(name)}: no such file or folder"),
        OperationCanceledException => (ExitCode.WorldFailed, "stopped before it was finished"),
        ScanReportException or ScannerException => (ExitCode.WorldFailed, $"could not check: {Line(exception.Message)}"),
        Pkcs11Exception => (ExitCode.WorldFailed, Line(exception.Message)),
        OutOfMemoryException => (ExitCode.WorldFailed, "not enough memory"),
        DllNotFoundException => (ExitCode.WorldFailed, Line(exception.Message)),
        UnauthorizedAccessException or SecurityException => (ExitCode.WorldFailed, Line(exception.Message)),
        IOException => (ExitCode.WorldFailed, Line(exception.Message)),
        ArgumentException argument => (ExitCode.Usage, Line(WithoutParameter(argument))),
        AggregateException { InnerExceptions: [var first, ..] } => Explain(first),
        _ => (ExitCode.WorldFailed, $"this should not have happened ({exception.GetType().Name}): {Line(exception.Message)}; please report it"),
    };

    private static string Line(string message) => Escaping.Escape(message.TrimEnd().TrimEnd('.'));

    private static string Describe(IrregularModelException irregular)
    {
        var named = irregular.Irregularities.Take(Named).Select(one => $"{Escaping.Escape(one.Path)} {one.Reason}");
        var more = irregular.Irregularities.Count - Named;
        return $"{string.Join("; ", named)}{(more > 0 ? $"; and {more} more" : "")}: a model is made of regular files only";
    }

    private static string WithoutParameter(ArgumentException exception)
    {
        var suffix = $" (Parameter '{exception.ParamName}')";
        return exception.Message.EndsWith(suffix, StringComparison.Ordinal) ? exception.Message[..^suffix.Length] : exception.Message;
    }

    private const int Named = 5;
}
