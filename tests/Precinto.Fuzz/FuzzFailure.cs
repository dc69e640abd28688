namespace Precinto.Fuzz;

/// <summary>An input on which a target broke a promise.</summary>
internal sealed record FuzzFailure(string Target, string Name, byte[] Input, string Reason);
