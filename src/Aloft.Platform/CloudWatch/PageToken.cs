using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Aloft.Platform.CloudWatch;

/// <summary>Where a listing goes on: opaque to clients, checked when it comes back.</summary>
static class PageToken
{
    /// <param name="key">What the last item of the page sorts by.</param>
    internal static string Encode(string name, long key = 0) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new Place(name, key)));

    /// <summary>Null when there is no token. Throws InvalidParameterException for one that this service never gave out.</summary>
    internal static Place? Decode(string? token)
    {
        if (token is null)
            return null;
        try
        {
            var place = JsonSerializer.Deserialize<Place>(Base64Url.DecodeFromChars(token));
            if (place?.Name is { } name && !name.Contains('\0', StringComparison.Ordinal))
                return place;
        }
        catch (Exception fault) when (fault is FormatException or JsonException or DecoderFallbackException)
        {
            throw Faults.BadToken;
        }
        throw Faults.BadToken;
    }

    internal sealed record Place(string Name, long Key);
}
