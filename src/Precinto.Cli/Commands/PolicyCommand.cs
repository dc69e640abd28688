using System.CommandLine;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto policy</c>: writes policies, says what they mean, and how they judge a model.</summary>
internal static class PolicyCommand
{
    public static Command Create(Surroundings surroundings) => new DocumentedCommand(
        "policy",
        "Writes a trust policy, says what one means, and why it accepts a model or not.",
        "precinto policy init --key release.pub",
        "precinto policy check trust/policy.json",
        "precinto policy explain models/iris.onnx --policy trust/policy.json",
        "precinto policy sign revoked.json --key security.key -o revocations.json")
    {
        PolicyInitCommand.Create(surroundings),
        PolicyCheckCommand.Create(surroundings),
        PolicyExplainCommand.Create(surroundings),
        PolicySignCommand.Create(surroundings),
    };
}
