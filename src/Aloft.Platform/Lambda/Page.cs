using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>One page of a list in the order of names, and the marker at which the next one begins.</summary>
/// <param name="After">The last name of the page before; empty for the first page.</param>
internal readonly record struct Page(string After, int Size)
{
    /// <summary>Takes <c>Marker</c> and <c>MaxItems</c>. AWS gives at most 50 items however many are asked for.</summary>
    public static Page Take(ApiRequest request, Members input, int maxItems)
    {
        input.With("Marker", request.Query("Marker")).With("MaxItems", request.Query("MaxItems"));
        var size = input.OptionalInt("MaxItems", 1, maxItems) ?? Limits.PageItems;
        return new(input.OptionalString("Marker") is { Length: > 0 } marker ? Decode(marker) : "", Math.Clamp(size, 1, Limits.PageItems));
    }

    /// <summary>The same of a request for a list of what a function has, which is not to be qualified and must be there.</summary>
    /// <param name="missing">When it is not.</param>
    public static async ValueTask<(FunctionKey Function, Page Page)> Of(
        ApiRequest request, FunctionRegistry registry, Func<FunctionKey, ApiError> missing, CancellationToken stop)
    {
        var input = Members.Empty();
        var name = FunctionName.Take(request, input);
        var page = Take(request, input, Limits.PageItems);
        input.Done();

        var function = name.Unqualified();
        return await registry.Find(function, null, stop) is null ? throw missing(function) : (function, page);
    }

    /// <summary>Of the items found, of which there is one more than <see cref="Size"/> when there is another page.</summary>
    public JsonObject Answer<T>(string member, IReadOnlyList<T> found, Func<T, JsonObject> show, Func<T, string> name)
    {
        var json = new JsonObject { [member] = new JsonArray([.. found.Take(Size).Select(show)]) };
        if (found.Count > Size)
            json["NextMarker"] = Encode(name(found[Size - 1]));
        return json;
    }

    static string Encode(string name) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(name));

    static string Decode(string marker)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(marker.Length)];
        var status = Base64Url.DecodeFromChars(marker, bytes, out _, out var length);
        if (status == OperationStatus.Done && Encoding.UTF8.GetString(bytes, 0, length) is var name && Encode(name) == marker)
            return name;
        throw LambdaError.ForeignMarker();
    }
}
