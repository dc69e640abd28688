namespace Precinto.MLNet;

/// <summary>A field with its place, for messages.</summary>
internal readonly record struct CsvField(string Text, int Line, int Column);
