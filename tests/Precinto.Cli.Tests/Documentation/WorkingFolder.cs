using Xunit;

namespace Precinto.Cli.Tests.Documentation;

/// <summary>Tests that change the working folder of the process run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WorkingFolder
{
    public const string Name = "working folder";
}
