using System.Xml;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Xml;

/// <summary>Reads XML (XML 1.0) node by node: no document types, no entities, nothing resolved; what is wrong is a <see cref="MalformedModelException"/>.</summary>
internal sealed class BoundedXml : IDisposable
{
    private readonly XmlReader _reader;

    public BoundedXml(ModelContent content)
    {
        if (content.Length > LargestDocument)
            throw new MalformedModelException(0, $"Has {content.Length} bytes; {LargestDocument} are read.");
        _reader = XmlReader.Create(new ContentStream(content), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = LargestDocument,
            CloseInput = true,
            IgnoreComments = true,
        });
    }

    public XmlReader Node => _reader;

    /// <summary>Notes what the prolog says; false where nothing behind it is to be read.</summary>
    public static bool NoticeProlog(XmlProlog prolog, InspectionContext context)
    {
        if (prolog.HasStyleSheet)
            context.Add(XmlRules.OtherDocument, "A style sheet is named before the root.", 0);
        if (prolog.DocumentType is not { } type)
            return true;

        if (type.Contains("SYSTEM", StringComparison.Ordinal) || type.Contains("PUBLIC", StringComparison.Ordinal))
            context.Add(XmlRules.External, "The document type names something outside of the file.", 0);
        else
            context.Add(XmlRules.DocumentType, "The file has a document type.", 0);
        return false;
    }

    /// <summary>Goes to the next node; false at the end of the document.</summary>
    public bool Read()
    {
        try
        {
            if (!_reader.Read())
                return false;
            if (_reader.Depth > DeepestNesting)
                throw new MalformedModelException(0, $"Elements are nested more than {DeepestNesting} deep.");
            return true;
        }
        catch (XmlException broken)
        {
            throw new MalformedModelException(0, $"Is no XML, in line {broken.LineNumber}: {broken.Message}", broken);
        }
    }

    /// <summary>An attribute of the element; null where it has none of that name.</summary>
    public string? Attribute(string name) => _reader.GetAttribute(name) is { } value ? value.Length <= LongestValue ? value : value[..LongestValue] + "…" : null;

    public void Dispose() => _reader.Dispose();

    private const long LargestDocument = 512L << 20;
    private const int DeepestNesting = 10_000;
    private const int LongestValue = 100_000;
}
