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

    /// <summary>Throws when there is none. One beyond the limit for direct uploads does not fit into a request.</summary>
    public static byte[] Check(byte[]? zip) => zip ?? throw LambdaError.Invalid("Please provide a source for function code.");
}
