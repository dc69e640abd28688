using System.Security;
using Precinto.Attacks;
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

/// <summary>
/// What an exception means for the caller: which exit code, and which words. They may quote a file; whoever prints them escapes them, once.
/// </summary>
internal static class Errors
{
    public static (ExitCode Code, string Message) Explain(Exception exception) => exception switch
    {
        UsageException => (ExitCode.Usage, Trim(exception.Message)),
        OutputExistsException exists => (ExitCode.Usage, $"{exists.Path} exists already; nothing is overwritten without --force"),
        MalformedSignatureException or PolicyException or ScanPolicyException or PredictionException { Fault: PredictionFault.Input } => (ExitCode.Usage, Trim(exception.Message)),

        // The command was right and the model is not: that is a refusal, and no wrong use.
        PredictionException => (ExitCode.Rejected, $"no prediction: {Trim(exception.Message)}"),
        OpenPgpKeyException { Problem: OpenPgpKeyProblem.PasswordNeeded } =>
            (ExitCode.Usage, $"{Trim(exception.Message)}: name the file that holds it with --password-file"),
        OpenPgpKeyException => (ExitCode.Usage, Trim(exception.Message)),
#if MLNET
        MLNet.TrainingDataException => (ExitCode.Usage, Trim(exception.Message)),
#endif
        SigningRefusedException refused => (ExitCode.Rejected, "not signed: " + string.Join("; ", refused.Reasons)),
        IrregularModelException irregular => (ExitCode.Rejected, Describe(irregular)),
        ModelChangedException or MalformedModelException or AttackException => (ExitCode.Rejected, Trim(exception.Message)),
        FileNotFoundException { FileName: { } name } => (ExitCode.WorldFailed, $"{name}: no such file or folder"),
        OperationCanceledException => (ExitCode.WorldFailed, "stopped before it was finished"),
        ScanReportException or ScannerException => (ExitCode.WorldFailed, $"could not check: {Trim(exception.Message)}"),
        Pkcs11Exception => (ExitCode.WorldFailed, Trim(exception.Message)),
        OutOfMemoryException => (ExitCode.WorldFailed, "not enough memory"),
        PlatformNotSupportedException => (ExitCode.WorldFailed, Trim(exception.Message)),
        DllNotFoundException => (ExitCode.WorldFailed, Trim(exception.Message)),
        UnauthorizedAccessException or SecurityException => (ExitCode.WorldFailed, Trim(exception.Message)),
        IOException => (ExitCode.WorldFailed, Trim(exception.Message)),
        ArgumentException argument => (ExitCode.Usage, Trim(WithoutParameter(argument))),
        AggregateException { InnerExceptions: [var first, ..] } => Explain(first),
        _ => (ExitCode.WorldFailed, $"this should not have happened ({exception.GetType().Name}): {Trim(exception.Message)}; please report it"),
    };

    private static string Trim(string message) => message.TrimEnd().TrimEnd('.');

    private static string Describe(IrregularModelException irregular)
    {
        var named = irregular.Irregularities.Take(Named).Select(one => $"{one.Path} {one.Reason}");
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
