namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and the API model; what is ours says so.</summary>
internal static class Limits
{
    /// <summary>Of a package that comes with a request.</summary>
    public const int ZippedBytes = 52_428_800;

    public const long UnzippedBytes = 262_144_000;

    /// <summary>"If you specify only the function name, it is limited to 64 characters in length."</summary>
    public const int NameLength = 64;

    /// <summary>NamespacedFunctionName of the model.</summary>
    public const int FunctionNameLength = 256;

    /// <summary>"The payload limit is 256KB" of InvokeAsync; Invoke takes more.</summary>
    public const int InvokeAsyncBytes = 256 * 1024;

    public const int MinRuntimeVersionArnLength = 26;
    public const int MaxRuntimeVersionArnLength = 2_048;

    public const int QualifierLength = 128;
    public const int VersionLength = 1_024;
    public const int AliasLength = 128;
    public const int StatementIdLength = 100;
    public const int HandlerLength = 128;
    public const int DescriptionLength = 256;
    public const int LayersOfFunction = 5;

    /// <summary>LayerArn and LayerVersionArn of the model.</summary>
    public const int LayerArnLength = 140;

    /// <summary>Ours: room that a layer's ARN leaves for the colon and number of its versions.</summary>
    public const int LayerNumberLength = 8;

    /// <summary>CompatibleRuntimes of the model.</summary>
    public const int LayerRuntimes = 15;

    public const int LicenseLength = 512;
    public const int LogGroupLength = 512;
    public const int MinMemoryMegabytes = 128;
    public const int MaxMemoryMegabytes = 10_240;
    public const int MaxTimeoutSeconds = 900;
    public const int MinTmpMegabytes = 512;
    public const int MaxTmpMegabytes = 10_240;

    /// <summary>All environment variables together, as JSON.</summary>
    public const int EnvironmentBytes = 4_096;

    public const int MaxRetryAttempts = 2;
    public const int MinEventAgeSeconds = 60;
    public const int MaxEventAgeSeconds = 21_600;
    public const int DestinationLength = 350;

    public const int TagKeyLength = 128;
    public const int TagValueLength = 256;

    /// <summary>Functions in one answer of ListFunctions and the like, even when more are asked for.</summary>
    public const int PageItems = 50;

    /// <summary>AWS's are valid for 10 minutes.</summary>
    public static readonly TimeSpan CodeLinkValidity = TimeSpan.FromMinutes(10);
}
