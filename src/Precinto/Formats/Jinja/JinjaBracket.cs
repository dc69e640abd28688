namespace Precinto.Formats.Jinja;

/// <summary>What was opened and is to be closed, and what its elements are for.</summary>
internal enum JinjaBracket
{
    None,
    Group,
    List,
    Mapping,
    Subscript,
    Call,
    Filter,
    Test,
}
