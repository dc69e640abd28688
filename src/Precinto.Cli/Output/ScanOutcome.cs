using Precinto.Cli.Commands;
using Precinto.Scans;

namespace Precinto.Cli.Output;

/// <summary>What a run of <c>scan</c> came to, for whoever writes it down.</summary>
/// <param name="Target">As it was named on the command line.</param>
/// <param name="Decision">The decision.</param>
/// <param name="Rules">The rules that decided.</param>
/// <param name="Run">The scanner that was run; null for a report that was made before.</param>
internal sealed record ScanOutcome(string Target, ScanDecision Decision, ScanRuleSet Rules, ScannerRun? Run);
