namespace Precinto.Formats.Jinja;

/// <summary>How many letters a value has, or elements with all that is in them, at most as far as that can be told: what is not known counts as a few.</summary>
/// <param name="Letters">Those of its own.</param>
/// <param name="PerArgument">How often it holds the arguments of the macro that makes it.</param>
internal readonly record struct JinjaSize(double Letters, double PerArgument = 0)
{
    /// <summary>The size of what is not known, such as a message.</summary>
    public static readonly JinjaSize Unknown = new(8);

    /// <summary>The size of a macro's argument, while the macro is read.</summary>
    public static readonly JinjaSize Argument = new(8, 1);

    /// <summary>More than what a template has a reason to make.</summary>
    public bool IsCostly => Letters > Most;

    public static JinjaSize operator +(JinjaSize one, JinjaSize other) => new(one.Letters + other.Letters, one.PerArgument + other.PerArgument);

    public static JinjaSize operator *(JinjaSize one, double times) => new(one.Letters * times, one.PerArgument * times);

    /// <summary>The larger one.</summary>
    public static JinjaSize Max(JinjaSize one, JinjaSize other) => new(Math.Max(one.Letters, other.Letters), Math.Max(one.PerArgument, other.PerArgument));

    /// <summary>All together.</summary>
    public static JinjaSize Sum(IEnumerable<JinjaValue> values)
    {
        JinjaSize sum = new(0);
        foreach (var value in values)
            sum += value.Size;
        return sum;
    }

    /// <summary>The size of what a macro puts out that is called with arguments of a size.</summary>
    public JinjaSize With(JinjaSize argument) =>
        PerArgument == 0 ? this : new(Letters + (PerArgument * Math.Max(0, argument.Letters - Unknown.Letters)), PerArgument * argument.PerArgument);

    private const double Most = 1 << 27;
}
