namespace Precinto.Conformance;

/// <summary>
/// The adapter through which the conformance suite of OpenSSF Model Signing drives the library: one command a question, the exit code is the answer.
/// 0 is yes, 1 is no, 2 is a command that cannot be understood. It uses nothing but the library's public face.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        try
        {
            var command = arguments.Length > 0 ? arguments[0] : throw new ArgumentException("A command is wanted: sign-model, verify-model, capabilities or benchmark-model.");
            AdapterArguments parsed = new(arguments[1..]);
            return command switch
            {
                "sign-model" => await SignModel.RunAsync(parsed).ConfigureAwait(false),
                "verify-model" => await VerifyModel.RunAsync(parsed).ConfigureAwait(false),
                "benchmark-model" => await BenchmarkModel.RunAsync(parsed).ConfigureAwait(false),
                "capabilities" => Capabilities.Run(),
                _ => throw new ArgumentException($"{command} is no command."),
            };
        }
        catch (ArgumentException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return 2;
        }
        catch (Exception exception)
        {
            // Whatever the reason: what was asked for did not happen.
            await Console.Error.WriteLineAsync($"{exception.GetType().Name}: {exception.Message}").ConfigureAwait(false);
            return 1;
        }
    }
}
