using System.Text.Json;

namespace Precinto.Scans;

/// <summary>Tells a bill of materials (CycloneDX or SPDX in JSON) from a report: the former is scanned, the latter is read.</summary>
internal static class BillOfMaterials
{
    /// <summary>Whether the outermost object has the member by which either format names itself; nothing else is read.</summary>
    public static bool IsOne(ReadOnlySpan<byte> utf8)
    {
        Utf8JsonReader reader = new(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("bomFormat"u8) || reader.ValueTextEquals("spdxVersion"u8))
                    return true;
                reader.Skip();
            }

            return false;
        }
        catch (JsonException)
        {
            // Whoever reads it as a report says what is wrong with it.
            return false;
        }
    }
}
