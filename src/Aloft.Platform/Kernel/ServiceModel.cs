namespace Aloft.Platform.Kernel;

/// <summary>
/// The operations that AWS's API model of a service lists, from a slice's <c>model.txt</c> (one a line: name, and for REST protocols
/// method and URI template). <c>model-operations.py</c> beside this file writes it.
/// </summary>
public static class ServiceModel
{
    /// <param name="folder">The folder that holds it, as a namespace: <c>Lambda</c>, <c>Iam.Sts</c>.</param>
    public static IReadOnlyList<UnsupportedOperation> Load(string folder)
    {
        var name = $"Aloft.Platform.{folder}.model.txt";
        using var stream = typeof(ServiceModel).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing: {folder} has no model.txt.");
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Where(line => !line.StartsWith('#')).Select(Parse)];
    }

    /// <summary>What of the model is not in the table.</summary>
    public static IReadOnlyList<UnsupportedOperation> Unserved(string folder, IReadOnlyList<Operation> served)
    {
        var names = served.Select(operation => operation.Name).ToHashSet(StringComparer.Ordinal);
        return [.. Load(folder).Where(operation => !names.Contains(operation.Name))];
    }

    static UnsupportedOperation Parse(string line)
    {
        var space = line.IndexOf(' ');
        return space < 0 ? new(line, null) : new(line[..space], line[(space + 1)..]);
    }
}
