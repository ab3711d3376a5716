namespace Aloft.Wire.SigV4;

public enum SignatureFaultKind
{
    /// <summary>No signature at all.</summary>
    Missing,

    /// <summary>Ill-formed.</summary>
    Incomplete,

    /// <summary>By a key that nobody here knows, or with a token that nobody here issued.</summary>
    UnknownKey,

    /// <summary>Not the signature of this request, or signed too long ago or in the future.</summary>
    Mismatch,

    /// <summary>A presigned request after its time.</summary>
    RequestExpired,

    /// <summary>Temporary credentials after their time.</summary>
    TokenExpired,
}

/// <summary>Why a signature is refused.</summary>
/// <param name="Message">In AWS's words.</param>
public sealed record SignatureFault(SignatureFaultKind Kind, string Message)
{
    public static SignatureFault Missing { get; } = new(SignatureFaultKind.Missing, "Missing Authentication Token");

    public static SignatureFault UnknownKey { get; } =
        new(SignatureFaultKind.UnknownKey, "The security token included in the request is invalid.");

    public static SignatureFault TokenExpired { get; } =
        new(SignatureFaultKind.TokenExpired, "The security token included in the request is expired");

    public static SignatureFault Mismatch { get; } = new(
        SignatureFaultKind.Mismatch,
        "The request signature we calculated does not match the signature you provided. "
        + "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");

    /// <summary>
    /// The names differ by protocol: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html for Query,
    /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html for JSON, which answers 400.
    /// </summary>
    public ApiError ToApiError(Protocol protocol)
    {
        var isXml = protocol is Protocol.Query or Protocol.RestXml;
        var refused = protocol is Protocol.AwsJson10 or Protocol.AwsJson11 ? 400 : 403;
        return Kind switch
        {
            SignatureFaultKind.Missing when isXml => new("MissingAuthenticationToken", 403, "Request is missing Authentication Token"),
            SignatureFaultKind.Missing => new("MissingAuthenticationTokenException", refused, Message),
            SignatureFaultKind.Incomplete when isXml => new("IncompleteSignature", 400, Message),
            SignatureFaultKind.Incomplete => new("IncompleteSignatureException", refused, Message),
            SignatureFaultKind.UnknownKey => new(isXml ? "InvalidClientTokenId" : "UnrecognizedClientException", refused, Message),
            SignatureFaultKind.RequestExpired when isXml => new("RequestExpired", 400, Message),
            SignatureFaultKind.TokenExpired => new(isXml ? "ExpiredToken" : "ExpiredTokenException", refused, Message),
            _ => new(isXml ? "SignatureDoesNotMatch" : "InvalidSignatureException", refused, Message),
        };
    }
}
