using System.Text;
using Aloft.Wire.SigV4;

namespace Aloft.Tests.Wire;

/// <summary>
/// Signatures that others computed: AWS's documentation and its published test suite (example keys, 30 August 2015 and 24 May 2013),
/// and botocore's signer run by hand on the same inputs.
/// </summary>
public class SigV4VectorTests
{
    const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const string S3Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    static (string, string) Date => ("X-Amz-Date", "20150830T123600Z");

    static (string, string) Authorization(string service, string signedHeaders, string signature) =>
        ("Authorization", $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/{service}/aws4_request, SignedHeaders={signedHeaders}, Signature={signature}");

    static (string, string) S3Authorization(string signedHeaders, string signature) =>
        ("Authorization", $"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders={signedHeaders},Signature={signature}");

    static SignatureFault? Verify(SignedMessage message, string body = "", string secret = Secret)
    {
        var signature = RequestSignature.Of(message);
        Assert.NotNull(signature);
        Assert.Null(signature.Fault);
        return new SigV4Verifier().Verify(signature, message, Encoding.UTF8.GetBytes(body), secret);
    }

    [Fact]
    public void Signing_key_of_the_documentation() => Assert.Equal(
        "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9",
        Convert.ToHexStringLower(SigningKeys.Derive(Secret, "20150830", "us-east-1", "iam")));

    [Fact]
    public void Iam_ListUsers_of_the_documentation() => Assert.Null(Verify(new(
        "GET", "/?Action=ListUsers&Version=2010-05-08", ("Host", "iam.amazonaws.com"), Date,
        ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
        Authorization("iam", "content-type;host;x-amz-date", "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"))));

    [Theory]
    [InlineData("GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("GET", "/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("GET", "//example//", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84")]
    [InlineData("GET", "/./example", "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5")]
    [InlineData("GET", "/example/..", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    public void Published_suite(string method, string target, string signature) => Assert.Null(Verify(new(
        method, target, ("Host", "example.amazonaws.com"), Date, Authorization("service", "host;x-amz-date", signature))));

    [Theory]
    [InlineData("/test.txt", "Range", "bytes=0-9", "host;range;x-amz-content-sha256;x-amz-date", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")]
    [InlineData("/?lifecycle", "X", "", "host;x-amz-content-sha256;x-amz-date", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("/?max-keys=2&prefix=J", "X", "", "host;x-amz-content-sha256;x-amz-date", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public void S3_examples_of_the_documentation(string target, string header, string value, string signedHeaders, string signature) =>
        Assert.Null(Verify(
            new(
                "GET", target, ("Host", "examplebucket.s3.amazonaws.com"), ("x-amz-date", "20130524T000000Z"),
                ("x-amz-content-sha256", EmptyHash), (header, value), S3Authorization(signedHeaders, signature)),
            secret: S3Secret));

    [Fact]
    public void S3_put_of_the_documentation() => Assert.Null(Verify(
        new(
            "PUT", "/test%24file.text", ("Host", "examplebucket.s3.amazonaws.com"), ("Date", "Fri, 24 May 2013 00:00:00 GMT"),
            ("x-amz-date", "20130524T000000Z"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ("x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"),
            S3Authorization(
                "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")),
        "Welcome to Amazon S3.", S3Secret));

    [Fact]
    public void S3_presigned_get_of_the_documentation()
    {
        var message = new SignedMessage(
            "GET",
            "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
            ("Host", "examplebucket.s3.amazonaws.com"));
        Assert.Null(Verify(message, secret: S3Secret));
        Assert.Equal(TimeSpan.FromDays(1), RequestSignature.Of(message)!.ValidFor);
    }

    [Fact]
    public void Botocore_invoke_with_a_session_token() => Assert.Null(Verify(Invoke, InvokeBody));

    internal const string InvokeBody = """{"name":"World"}""";

    internal static SignedMessage Invoke => new(
        "POST", "/2015-03-31/functions/hello/invocations", ("Host", "127.0.0.1:4566"), Date,
        ("X-Amz-Invocation-Type", "RequestResponse"), ("X-Amz-Security-Token", "AQoDYXdzEXAMPLE"),
        Authorization(
            "lambda", "host;x-amz-date;x-amz-invocation-type;x-amz-security-token",
            "97d606cdafe0ab7ee342a20a4e1688aa7d7746e97af05c3b9d7b4b554e2bc048"));

    [Theory]
    [InlineData(
        "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Ahello?Qualifier=%24LATEST&B=2&a=1&B=1",
        "c7fe344936ada79c0b634d54630cdae4e560c423ca14cceeb26ef7a15c3ef413")]
    [InlineData("/2015-03-31/functions/./x//../y/", "ab047d378eeb6e404ea3e7222cc2dd7edcd728229d660bc02be2a71a354885a7")]
    public void Botocore_paths_are_normalised_and_encoded_twice(string target, string signature) => Assert.Null(Verify(new(
        "GET", target, ("Host", "127.0.0.1:4566"), Date, Authorization("lambda", "host;x-amz-date", signature))));

    [Fact]
    public void Botocore_json_target() => Assert.Null(Verify(
        new(
            "POST", "/", ("Host", "127.0.0.1:4566"), Date, ("Content-Type", "application/x-amz-json-1.1"),
            ("X-Amz-Target", "Logs_20140328.DescribeLogGroups"),
            Authorization(
                "logs", "content-type;host;x-amz-date;x-amz-target", "056a6d3a5e2642968ecfbea8a3d56d7b2825b1fd730735a191296fe74c2bb6fd")),
        "{}"));

    [Fact]
    public void Botocore_presigned_sts() => Assert.Null(Verify(new(
        "GET",
        "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60"
        + "&X-Amz-SignedHeaders=host&X-Amz-Signature=1d10ef2bc2bb1b02201752f1912e9eb7a5df0d0d7bd2cc98b1f5557b7a9254be",
        ("Host", "sts.amazonaws.com"))));

    [Fact]
    public void Botocore_presigned_s3_leaves_the_payload_unsigned()
    {
        var message = new SignedMessage(
            "GET",
            "/a%20b/c%2Bd.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fs3%2Faws4_request"
            + "&X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Security-Token=tok%2Fen%2B%3D"
            + "&X-Amz-Signature=666ca5ff69c7270a2f486be0bc418e585056e35e6598d39fa482c161ecc8b2cb",
            ("Host", "examplebucket.s3.amazonaws.com"));
        Assert.Null(Verify(message));
        Assert.Equal("tok/en+=", RequestSignature.Of(message)!.SecurityToken);
    }

    [Fact]
    public void Botocore_s3_put_keeps_the_path_and_folds_spaces_in_headers() => Assert.Null(Verify(
        new(
            "PUT", "/bucket/a%20b//c%2Bd~.txt", ("Host", "127.0.0.1:4566"), Date, ("X-Amz-Meta-Note", "  two   spaces  "),
            ("X-Amz-Content-SHA256", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
            Authorization(
                "s3", "host;x-amz-content-sha256;x-amz-date;x-amz-meta-note",
                "d8a970430e624450ccdb26edc9e120bd2cf505d768528a110f7076062c5a32fe")),
        "hello"));
}
