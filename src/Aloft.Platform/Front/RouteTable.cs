using Aloft.Platform.Kernel;

namespace Aloft.Platform.Front;

/// <summary>
/// The routes of one REST service as a tree of path segments, built once. A literal segment goes before a label, a label before a
/// greedy one. https://smithy.io/2.0/spec/http-bindings.html#httpTrait-trait
/// </summary>
sealed class RouteTable
{
    const int MaxLabels = 8;

    readonly Node root = new();

    internal RouteTable(IEnumerable<Operation> operations)
    {
        foreach (var operation in operations)
            Add(operation);
    }

    /// <param name="path">As on the request line: labels are cut out of it and then decoded, so that a name may hold <c>%2F</c>.</param>
    /// <param name="query">As on the request line.</param>
    internal Operation? Find(string method, ReadOnlySpan<char> path, ReadOnlySpan<char> query, out PathParameters? parameters)
    {
        Span<Range> labels = stackalloc Range[MaxLabels];
        parameters = null;
        if (Find(root, path, Start(path), method, query, labels, 0) is not { } leaf)
            return null;

        if (leaf.Labels.Length > 0)
        {
            var values = new string[leaf.Labels.Length];
            for (var i = 0; i < values.Length; i++)
                values[i] = Uri.UnescapeDataString(path[labels[i]]);
            parameters = new(leaf.Labels, values);
        }
        return leaf.Operation;
    }

    static Leaf? Find(Node node, ReadOnlySpan<char> path, int start, string method, ReadOnlySpan<char> query, Span<Range> labels, int depth)
    {
        if (start >= path.Length) // the end, be it after a slash or not
            return Pick(node.Leaves, method, query);

        var length = path[start..].IndexOf('/');
        var end = length < 0 ? path.Length : start + length;
        if (node.Literals.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path[start..end], out var literal)
            && Find(literal, path, end + 1, method, query, labels, depth) is { } byLiteral)
            return byLiteral;
        if (node.Label is not null && end > start)
        {
            labels[depth] = start..end;
            if (Find(node.Label, path, end + 1, method, query, labels, depth + 1) is { } byLabel)
                return byLabel;
        }
        if (Pick(node.GreedyLeaves, method, query) is not { } greedy)
            return null;
        labels[depth] = start..path.Length;
        return greedy;
    }

    /// <summary>Of the operations on a path, the one for the method with the most constant query parameters, all of them sent.</summary>
    static Leaf? Pick(List<Leaf>? leaves, string method, ReadOnlySpan<char> query)
    {
        Leaf? best = null;
        foreach (var leaf in leaves ?? [])
            if (leaf.Method == method && (best is null || leaf.Constants.Length > best.Constants.Length) && HasAll(query, leaf.Constants))
                best = leaf;
        return best;
    }

    static bool HasAll(ReadOnlySpan<char> query, string[] constants)
    {
        foreach (var constant in constants)
        {
            var found = false;
            foreach (var range in query.Split('&'))
                found |= query[range].TrimEnd('=').SequenceEqual(constant);
            if (!found)
                return false;
        }
        return true;
    }

    void Add(Operation operation)
    {
        if (operation.Route?.Split(' ') is not [var method, var template])
            throw new InvalidOperationException($"{operation.Name} needs a route such as 'GET /path/{{Label}}', not '{operation.Route}'.");

        var mark = template.IndexOf('?');
        var path = mark < 0 ? template : template[..mark];
        string[] constants = mark < 0 ? [] : template[(mark + 1)..].Split('&');
        var labels = new List<string>();
        var node = root;
        var greedy = false;
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (greedy)
                throw new InvalidOperationException($"{operation.Name}: a greedy label ends a route, in '{operation.Route}'.");
            if (segment is not ['{', .., '}'])
            {
                node = node.Literals.TryGetValue(segment, out var next) ? next : node.Literals[segment] = new();
                continue;
            }
            greedy = segment.EndsWith("+}", StringComparison.Ordinal);
            labels.Add(segment.Trim('{', '}', '+'));
            if (!greedy)
                node = node.Label ??= new();
        }
        if (labels.Count > MaxLabels)
            throw new InvalidOperationException($"{operation.Name}: more than {MaxLabels} labels in '{operation.Route}'.");

        var leaf = new Leaf(method, [.. labels], constants, operation);
        (greedy ? node.GreedyLeaves ??= [] : node.Leaves ??= []).Add(leaf);
    }

    static int Start(ReadOnlySpan<char> path) => path is ['/', ..] ? 1 : 0;

    sealed class Node
    {
        internal readonly Dictionary<string, Node> Literals = new(StringComparer.Ordinal);
        internal Node? Label;
        internal List<Leaf>? Leaves;
        internal List<Leaf>? GreedyLeaves;
    }

    sealed record Leaf(string Method, string[] Labels, string[] Constants, Operation Operation);
}
