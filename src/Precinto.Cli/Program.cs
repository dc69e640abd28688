using System.Runtime.InteropServices;
using Precinto.Cli;

var surroundings = Surroundings.OfProcess();
using CancellationTokenSource stop = new();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await CommandLine.RunAsync(args, surroundings, stop.Token).ConfigureAwait(false);

// The first signal asks nicely, so that nothing half-written stays; the second one ends the process.
void Stop(PosixSignalContext context)
{
    context.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
