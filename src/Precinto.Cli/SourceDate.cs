using System.Globalization;

namespace Precinto.Cli;

/// <summary>The clock of what is written: SOURCE_DATE_EPOCH where it is set (reproducible-builds.org), so that the same input gives the same bytes.</summary>
internal sealed class SourceDate : TimeProvider
{
    private readonly DateTimeOffset _now;

    private SourceDate(DateTimeOffset now) => _now = now;

    /// <exception cref="UsageException">The variable is set to something that is no number of seconds.</exception>
    public static TimeProvider Of(Surroundings surroundings)
    {
        if (surroundings.Variable(VariableName) is not { Length: > 0 } text)
            return surroundings.Time;

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LastSecond
            ? new SourceDate(DateTimeOffset.FromUnixTimeSeconds(seconds))
            : throw new UsageException($"{VariableName} is '{text}'; it is a number of seconds since 1970");
    }

    public override DateTimeOffset GetUtcNow() => _now;

    private const string VariableName = "SOURCE_DATE_EPOCH";
    private const long LastSecond = 253402300799;
}
