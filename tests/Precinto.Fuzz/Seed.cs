namespace Precinto.Fuzz;

/// <summary>An input to begin with; its name counts where a reader looks at the name.</summary>
internal sealed record Seed(string Name, byte[] Bytes);
