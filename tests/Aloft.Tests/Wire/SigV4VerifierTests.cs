using System.Text;
using Aloft.Wire;
using Aloft.Wire.SigV4;

namespace Aloft.Tests.Wire;

public class SigV4VerifierTests
{
    const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    static readonly DateTimeOffset SignedAt = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);
    static readonly SigV4Verifier Verifier = new();

    static SignatureFault? Verify(SignedMessage message, string body = SigV4VectorTests.InvokeBody, string secret = Secret) =>
        Verifier.Verify(RequestSignature.Of(message)!, message, Encoding.UTF8.GetBytes(body), secret);

    [Fact]
    public void Another_body_header_or_secret_does_not_match()
    {
        var invoke = SigV4VectorTests.Invoke;
        Assert.Null(Verify(invoke));
        Assert.Equal(SignatureFault.Mismatch, Verify(invoke, body: "{}"));
        Assert.Equal(SignatureFault.Mismatch, Verify(invoke, secret: "other"));
        Assert.Equal(SignatureFault.Mismatch, Verify(invoke.With("X-Amz-Invocation-Type", "Event")));
        Assert.Equal(SignatureFault.Mismatch, Verify(invoke.With("Host", "elsewhere")));
        Assert.Null(Verify(invoke.With("User-Agent", "not signed")));
    }

    [Fact]
    public void A_declared_hash_must_be_that_of_the_body()
    {
        var other = new string('0', 64);
        Assert.Equal(SignatureFault.Mismatch, Verify(SigV4VectorTests.Invoke.With("x-amz-content-sha256", other)));
        Assert.Equal(SignatureFault.Mismatch, Verify(SigV4VectorTests.Invoke.With("x-amz-content-sha256", "sha")));
    }

    [Fact]
    public void Signer_and_verifier_agree_and_an_unsigned_payload_is_left_out()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost:4566/2015-03-31/functions/a%20b%3A1/invocations?b=%2F&a")
        {
            Content = new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = new("application/json") } },
        };
        SigV4Signer.Sign(request, new byte[] { 1, 2, 3 }, new("AKIDEXAMPLE", Secret, "token"), "eu-west-1", "lambda", SignedAt);

        var message = Sent(request);
        var signature = RequestSignature.Of(message)!;
        Assert.Null(signature.Fault);
        Assert.Equal("content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token", signature.SignedHeaders);
        Assert.Equal(("AKIDEXAMPLE", "eu-west-1", "lambda", "token"), (signature.AccessKeyId, signature.Region, signature.Service, signature.SecurityToken));
        Assert.Null(Verifier.Verify(signature, message, [1, 2, 3], Secret));
        Assert.NotNull(Verifier.Verify(signature, message, [1, 2, 4], Secret));
    }

    static SignedMessage Sent(HttpRequestMessage request) => new(
        request.Method.Method, request.RequestUri!.PathAndQuery,
        [
            .. request.Headers.Concat(request.Content!.Headers).Select(header => (header.Key, string.Join(',', header.Value))),
            ("Host", request.RequestUri.Authority),
        ]);

    [Fact]
    public void Signs_what_botocore_signs()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08");
        SigV4Signer.Sign(request, ReadOnlyMemory<byte>.Empty, new("AKIDEXAMPLE", Secret), "us-east-1", "iam", SignedAt);
        Assert.Equal("20150830T123600Z", request.Headers.GetValues("x-amz-date").Single());
        Assert.StartsWith(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=",
            request.Headers.GetValues("Authorization").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, null)]
    [InlineData(-5, null)]
    [InlineData(6, "Signature expired: 20150830T123600Z is now earlier than 20150830T123700Z (20150830T124200Z - 5 min.)")]
    [InlineData(-6, "Signature not yet current: 20150830T123600Z is still later than 20150830T123500Z (20150830T123000Z + 5 min.)")]
    public void Clocks_may_differ_by_five_minutes(int minutes, string? message)
    {
        var fault = RequestSignature.Of(SigV4VectorTests.Invoke)!.CheckTime(SignedAt.AddMinutes(minutes));
        Assert.Equal(message, fault?.Message);
        Assert.True(fault is null or { Kind: SignatureFaultKind.Mismatch });
    }

    [Theory]
    [InlineData("60", 60, null)]
    [InlineData("60", 61, SignatureFaultKind.RequestExpired)]
    [InlineData("60", -301, SignatureFaultKind.Mismatch)]
    public void A_presigned_request_is_good_for_its_time(string expires, int seconds, SignatureFaultKind? kind) =>
        Assert.Equal(kind, RequestSignature.Of(Presigned(expires))!.CheckTime(SignedAt.AddSeconds(seconds))?.Kind);

    [Theory]
    [InlineData("604801")]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("99999999999")]
    public void A_presigned_request_is_good_for_a_week_at_most(string expires) =>
        Assert.StartsWith("X-Amz-Expires", RequestSignature.Of(Presigned(expires))!.Fault, StringComparison.Ordinal);

    static SignedMessage Presigned(string expires) => new(
        "GET",
        "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20150830%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date=20150830T123600Z"
        + $"&X-Amz-Expires={expires}&X-Amz-SignedHeaders=host&X-Amz-Signature=00",
        ("Host", "h"));

    [Fact]
    public void The_scope_is_of_the_day_of_the_timestamp()
    {
        var fault = RequestSignature.Of(SigV4VectorTests.Invoke.With("X-Amz-Date", "20150831T000000Z"))!.CheckTime(SignedAt.AddDays(1));
        Assert.Equal(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150830' != '20150831', from '20150831T000000Z'.",
            fault!.Message);
    }

    [Fact]
    public void A_Date_header_serves_when_there_is_no_other()
    {
        var message = new SignedMessage(
            "GET", "/", ("Date", "Sun, 30 Aug 2015 12:36:00 GMT"),
            ("Authorization", "AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request, SignedHeaders=date;host, Signature=0"));
        Assert.Equal("20150830T123600Z", RequestSignature.Of(message)!.Timestamp);
    }

    [Fact]
    public void Unsigned_is_null() => Assert.Null(RequestSignature.Of(new SignedMessage("GET", "/?a=b", ("Host", "h"))));

    [Theory]
    [InlineData("Bearer abc", "Unsupported AWS 'algorithm': 'Bearer'")]
    [InlineData("", "Unsupported AWS 'algorithm': ''")]
    [InlineData("AWS4-HMAC-SHA256", "'' not a valid key=value pair (missing equal-sign)")]
    [InlineData("AWS4-HMAC-SHA256 Credential", "'Credential' not a valid key=value pair (missing equal-sign)")]
    [InlineData("AWS4-HMAC-SHA256 Credential= A/20150830/r/s/aws4_request", "'Credential= A/20150830/r/s/aws4_request' not a valid key=value pair")]
    [InlineData("AWS4-HMAC-SHA256 Credential=A/r/s", "Credential must have exactly 5 slash-delimited elements")]
    [InlineData("AWS4-HMAC-SHA256 Credential=A/1/r/s/x, SignedHeaders=host, Signature=0", "Credential should be scoped with a valid terminator")]
    [InlineData("AWS4-HMAC-SHA256 Credential=A/1/r/s/aws4_request", "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. ")]
    [InlineData("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0", "Authorization header requires 'Credential' parameter. ")]
    [InlineData("AWS4-HMAC-SHA256 Credential=A/1/r/s/aws4_request, SignedHeaders=x-amz-date, Signature=0", "'Host' or ':authority' must be a 'SignedHeader'")]
    public void An_ill_formed_header_says_why(string header, string fault) =>
        Assert.StartsWith(fault, RequestSignature.Of(new SignedMessage("GET", "/", ("Authorization", header), ("X-Amz-Date", "20150830T123600Z")))!.Fault, StringComparison.Ordinal);

    [Theory]
    [InlineData(SignatureFaultKind.Missing, Protocol.Query, "MissingAuthenticationToken", 403)]
    [InlineData(SignatureFaultKind.Missing, Protocol.AwsJson11, "MissingAuthenticationTokenException", 400)]
    [InlineData(SignatureFaultKind.Missing, Protocol.RestJson, "MissingAuthenticationTokenException", 403)]
    [InlineData(SignatureFaultKind.Incomplete, Protocol.Query, "IncompleteSignature", 400)]
    [InlineData(SignatureFaultKind.Incomplete, Protocol.AwsJson10, "IncompleteSignatureException", 400)]
    [InlineData(SignatureFaultKind.Incomplete, Protocol.RestJson, "IncompleteSignatureException", 403)]
    [InlineData(SignatureFaultKind.UnknownKey, Protocol.Query, "InvalidClientTokenId", 403)]
    [InlineData(SignatureFaultKind.UnknownKey, Protocol.AwsJson11, "UnrecognizedClientException", 400)]
    [InlineData(SignatureFaultKind.UnknownKey, Protocol.RestJson, "UnrecognizedClientException", 403)]
    [InlineData(SignatureFaultKind.Mismatch, Protocol.Query, "SignatureDoesNotMatch", 403)]
    [InlineData(SignatureFaultKind.Mismatch, Protocol.AwsJson11, "InvalidSignatureException", 400)]
    [InlineData(SignatureFaultKind.Mismatch, Protocol.RestJson, "InvalidSignatureException", 403)]
    [InlineData(SignatureFaultKind.RequestExpired, Protocol.Query, "RequestExpired", 400)]
    [InlineData(SignatureFaultKind.RequestExpired, Protocol.RestJson, "InvalidSignatureException", 403)]
    [InlineData(SignatureFaultKind.TokenExpired, Protocol.Query, "ExpiredToken", 403)]
    [InlineData(SignatureFaultKind.TokenExpired, Protocol.AwsJson11, "ExpiredTokenException", 400)]
    [InlineData(SignatureFaultKind.TokenExpired, Protocol.RestJson, "ExpiredTokenException", 403)]
    public void Each_fault_has_its_name_and_status_in_each_protocol(SignatureFaultKind kind, Protocol protocol, string code, int status)
    {
        var error = new SignatureFault(kind, "m").ToApiError(protocol);
        Assert.Equal((code, status), (error.Code, error.HttpStatus));
    }

    [Fact]
    public void The_cache_of_keys_is_bounded()
    {
        var keys = new SigningKeys();
        var first = keys.Find(Secret, "20150830", "us-east-1", "iam");
        Assert.Same(first, keys.Find(Secret, "20150830", "us-east-1", "iam"));
        for (var i = 0; i < SigningKeys.Capacity; i++)
            keys.Find(Secret, "20150830", $"r{i}", "iam");
        Assert.NotSame(first, keys.Find(Secret, "20150830", "us-east-1", "iam"));
        Assert.Equal(first, keys.Find(Secret, "20150830", "us-east-1", "iam"));
    }
}
