using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>The package that comes with a request. https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html</summary>
internal static class CodeInput
{
    /// <summary>Sources of AWS that Aloft has not: refused by name.</summary>
    static readonly string[] OtherSources = ["S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri", "SourceKMSKeyArn"];

    public static byte[]? Read(Members code)
    {
        foreach (var source in OtherSources)
            code.OnlyDefault(source, ConfigurationInput.IsEmpty);
        return code.OptionalBytes("ZipFile");
    }

    /// <summary>Throws when there is none, and when it is too large to come with a request.</summary>
    /// <param name="what">For the message: <c>layer content</c>.</param>
    public static byte[] Check(byte[]? zip, string what = "function code")
    {
        if (zip is null)
            throw LambdaError.Invalid($"Please provide a source for {what}.");
        return zip.Length <= Limits.ZippedBytes
            ? zip
            : throw new ApiError(Operation.CommonTooLargeCode, 413, $"Zipped size must not be larger than {Limits.ZippedBytes} bytes");
    }
}
