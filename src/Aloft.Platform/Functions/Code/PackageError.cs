using Aloft.Wire;

namespace Aloft.Platform.Functions.Code;

/// <summary>The refusals of a function package, in AWS's words; where there is more to say, it follows them.</summary>
internal static class PackageError
{
    public static ApiError Empty() => Invalid("Uploaded file must be a non-empty zip");

    public static ApiError TooLarge() => Invalid($"Unzipped size must be smaller than {Limits.UnzippedBytes} bytes");

    public static ApiError Unreadable(string reason) =>
        Invalid($"Could not unzip uploaded file. Please check your file, then try to upload again. ({reason})");

    static ApiError Invalid(string message) => new("InvalidParameterValueException", 400, message);
}
