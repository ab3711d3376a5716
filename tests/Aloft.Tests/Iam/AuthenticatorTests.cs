using System.Text;
using Aloft.Platform.Iam;
using Aloft.Platform.Kernel;
using Aloft.Tests.Front;
using Aloft.Wire;
using Aloft.Wire.SigV4;
using Microsoft.AspNetCore.Http;

namespace Aloft.Tests.Iam;

public class AuthenticatorTests
{
    static readonly DateTimeOffset Now = FrontBed.Now;
    static readonly Credentials Root = FrontBed.Root;
    static readonly SessionCredentials Sessions = new(new byte[32], new FixedTime(Now));

    static HttpContext Signed(Credentials by, string region = "eu-west-1", DateTimeOffset? at = null, string body = "{}")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost:4566/2015-03-31/functions/f%3A1/invocations?Qualifier=%24LATEST");
        SigV4Signer.Sign(request, Encoding.UTF8.GetBytes(body), by, region, "lambda", at ?? Now);
        return FrontBed.Request(
            "POST", request.RequestUri!.PathAndQuery, [],
            [.. request.Headers.Select(header => (header.Key, string.Join(',', header.Value)))]);
    }

    static Caller Authenticate(AuthMode mode, HttpContext http, string body = "{}", DateTimeOffset? now = null)
    {
        var authenticator = new Authenticator(mode, Root, Sessions, new FixedTime(now ?? Now));
        var claim = authenticator.Admit(Authenticator.SignatureOf(http), Protocol.RestJson);
        return authenticator.Verify(claim, http, Encoding.UTF8.GetBytes(body), Protocol.RestJson);
    }

    static ApiError Refused(AuthMode mode, HttpContext http, string body = "{}", DateTimeOffset? now = null) =>
        Assert.Throws<ApiError>(() => Authenticate(mode, http, body, now));

    [Theory]
    [InlineData(AuthMode.Off)]
    [InlineData(AuthMode.On)]
    public void The_roots_own_signature_is_good(AuthMode mode) =>
        Assert.Equal(new Caller("111122223333", "eu-west-1", "arn:aws:iam::111122223333:root"), Authenticate(mode, Signed(Root)));

    [Theory]
    [InlineData(AuthMode.Off)]
    [InlineData(AuthMode.On)]
    public void A_known_keys_signature_must_match_in_either_mode(AuthMode mode)
    {
        Assert.Equal("InvalidSignatureException", Refused(mode, Signed(Root with { SecretAccessKey = "wrong" })).Code);
        Assert.Equal("InvalidSignatureException", Refused(mode, Signed(Root), body: "{ }").Code);
        Assert.Equal("IncompleteSignatureException", Refused(mode, FrontBed.Request("GET", "/", [], ("Authorization", "AWS4-HMAC-SHA256 Credential=111122223333/1/2"))).Code);
    }

    [Fact]
    public void Unsigned_is_the_default_account_when_off_and_refused_when_on()
    {
        var http = FrontBed.Request("GET", "/", []);
        Assert.Equal(new Caller("000000000000", "us-east-1", "arn:aws:iam::000000000000:root"), Authenticate(AuthMode.Off, http));
        Assert.Equal(("MissingAuthenticationTokenException", 403), Code(Refused(AuthMode.On, http)));
    }

    static (string, int) Code(ApiError error) => (error.Code, error.HttpStatus);

    [Fact]
    public void An_unknown_key_is_believed_when_off_and_refused_when_on()
    {
        var http = Signed(new("222233334444", "any"));
        Assert.Equal("222233334444", Authenticate(AuthMode.Off, http).Account);
        Assert.Equal(("UnrecognizedClientException", 403), Code(Refused(AuthMode.On, http)));
        Assert.Equal(RequestContext.DefaultAccount, Authenticate(AuthMode.Off, Signed(new("AKIAIOSFODNN7EXAMPLE", "any"))).Account);
    }

    [Theory]
    [InlineData("Bearer token")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("AWS4-HMAC-SHA256 nonsense")]
    [InlineData("")]
    public void Ill_formed_is_tolerated_when_off_and_refused_when_on(string header)
    {
        var http = FrontBed.Request("GET", "/", [], ("Authorization", header));
        Assert.Equal(RequestContext.DefaultAccount, Authenticate(AuthMode.Off, http).Account);
        Assert.Equal(("IncompleteSignatureException", 403), Code(Refused(AuthMode.On, http)));
    }

    [Fact]
    public void Late_and_early_are_refused_when_on()
    {
        foreach (var minutes in new[] { -6, 6 })
        {
            var http = Signed(Root, at: Now.AddMinutes(minutes));
            Assert.Equal("InvalidSignatureException", Refused(AuthMode.On, http).Code);
            Assert.Equal("111122223333", Authenticate(AuthMode.Off, http).Account);
        }
    }

    [Theory]
    [InlineData("US EAST")]
    [InlineData("a/../b")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void A_region_that_is_none_never_becomes_one(string region)
    {
        var http = FrontBed.Request("GET", "/", [], FrontBed.Scope("lambda", region));
        Assert.Equal(RequestContext.DefaultRegion, Authenticate(AuthMode.Off, http).Region);
    }

    [Fact]
    public void A_session_acts_for_its_role_until_it_expires()
    {
        var session = Sessions.IssueToFunction("333344445555", "arn:aws:iam::333344445555:role/service/Reader", "hello", TimeSpan.FromHours(1));
        var http = Signed(session.Credentials);
        foreach (var mode in new[] { AuthMode.Off, AuthMode.On })
            Assert.Equal(new Caller("333344445555", "eu-west-1", "arn:aws:sts::333344445555:assumed-role/Reader/hello"), Authenticate(mode, http));

        var later = Now.AddHours(1);
        var signedLater = Signed(session.Credentials, at: later);
        Assert.Equal(("ExpiredTokenException", 403), Code(Refused(AuthMode.On, signedLater, now: later)));
        Assert.Equal("333344445555", Authenticate(AuthMode.On, Signed(session.Credentials, at: later.AddSeconds(-1)), now: later.AddSeconds(-1)).Account);
    }

    [Fact]
    public void A_session_needs_its_own_token_and_secret()
    {
        var one = Sessions.Issue("333344445555", "arn:aws:sts::333344445555:assumed-role/A/s", TimeSpan.FromHours(1)).Credentials;
        var two = Sessions.Issue("333344445555", "arn:aws:sts::333344445555:assumed-role/B/s", TimeSpan.FromHours(1)).Credentials;
        Assert.Equal("InvalidSignatureException", Refused(AuthMode.Off, Signed(one with { SecretAccessKey = two.SecretAccessKey })).Code);
        Assert.Equal("UnrecognizedClientException", Refused(AuthMode.On, Signed(one with { SessionToken = two.SessionToken })).Code);
        Assert.Equal("UnrecognizedClientException", Refused(AuthMode.On, Signed(one with { SessionToken = null })).Code);
    }
}
