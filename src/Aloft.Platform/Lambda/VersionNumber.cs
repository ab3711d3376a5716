using System.Globalization;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Lambda;

/// <summary>A version's place in the order of versions.</summary>
internal static class VersionNumber
{
    public static bool Is(string qualifier) => qualifier.All(char.IsAsciiDigit);

    /// <summary>0 for <c>$LATEST</c>. Throws for a marker that no answer gave.</summary>
    public static long OfMarker(string version) =>
        version == FunctionVersion.Latest ? 0
        : long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw LambdaError.ForeignMarker();
}
