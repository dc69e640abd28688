using Precinto.Inspection;

namespace Precinto.Formats.Zip;

/// <summary>
/// Archives of torch.package (torch/package/package_importer.py): a list of the modules that are taken from the loading program, and the sources of all others, which are run
/// when a pickle names them. What a name leads to is for the archive to say: <c>collections</c> may be its own as well.
/// </summary>
internal static class PackagedModules
{
    public static void Judge(IReadOnlyList<ZipEntry> entries, InspectionContext context)
    {
        if (!entries.Any(entry => entry.Path == Externals || entry.Path.EndsWith("/" + Externals, StringComparison.Ordinal)))
            return;
        var modules = entries.Where(entry => entry.Path.EndsWith(".py", StringComparison.Ordinal) && !InOwnFolder(entry.Path)).Select(entry => entry.Name).ToList();
        if (modules.Count > 0)
            context.Add(ZipRules.OwnModules, $"{modules.Count} modules are imported from the archive, the first is '{modules[0]}'.");
    }

    // Code of TorchScript, which torch.package keeps beside its lists, is no module of Python.
    private static bool InOwnFolder(string path) =>
        path.StartsWith(Folder, StringComparison.Ordinal) || (path.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash && path.AsSpan(slash + 1).StartsWith(Folder, StringComparison.Ordinal));

    private const string Folder = ".data/";
    private const string Externals = Folder + "extern_modules";
}
